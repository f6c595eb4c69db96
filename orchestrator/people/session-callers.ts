import { AppError, type Role, ROLE_SCOPES, SUPER_SCOPES } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import type { Caller } from '../keys/caller.ts';

interface SessionCallerRow {
  session_id: string;
  tenant_id: string;
  workspace_id: string;
  person_id: string;
  person_tenant_id: string;
  role: Role | null;
  super: boolean;
  name: string;
  email: string;
}

const idleDays = 14;

/** Sessions that are neither ended nor over, of people and tenants that may come in. */
export const liveSession = sql`s.ended_at is null and s.expires_at > clock_timestamp()
  and s.last_used_at > clock_timestamp() - make_interval(days => ${idleDays}::int)`;

export interface Seat {
  readonly sessionId: string;
  /** Absent: the workspace the person has been in longest. */
  readonly workspaceId?: string | undefined;
}

/**
 * The callers behind sessions that are alive, each in the workspace it asks for. A workspace one has no role in is no
 * workspace, except to super admins, who are in every one.
 */
export async function callersOfSessions(database: Database, seats: readonly Seat[]): Promise<Caller[]> {
  const rows = await oneAcrossTenants<SessionCallerRow>(
    database.system,
    sql`
      select s.id as session_id, w.tenant_id, w.id as workspace_id, p.id as person_id, p.tenant_id as person_tenant_id, w.role, p.super, p.name, p.email
      from unnest(${seats.map(({ sessionId }) => sessionId)}::uuid[], ${seats.map((seat) => seat.workspaceId ?? null)}::uuid[])
          as seat (session_id, workspace_id)
        join sessions s on s.id = seat.session_id
        join people p on p.tenant_id = s.tenant_id and p.id = s.person_id
        join tenants own on own.id = p.tenant_id
        cross join lateral (
          select w.tenant_id, w.id, m.role from workspaces w
            join tenants t on t.id = w.tenant_id
            left join memberships m on m.tenant_id = w.tenant_id and m.workspace_id = w.id and m.tenant_id = p.tenant_id and m.person_id = p.id
          where (m.role is not null or p.super) and w.disabled_at is null and t.disabled_at is null
            and (w.id = seat.workspace_id or (seat.workspace_id is null and w.tenant_id = p.tenant_id))
          order by m.created_at nulls last, w.created_at, w.id limit 1) w
      where ${liveSession} and p.disabled_at is null and own.disabled_at is null`,
  );
  return rows.map(toCaller);
}

function toCaller(row: SessionCallerRow): Caller {
  return {
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    keyId: row.person_id,
    credentialId: row.session_id,
    keyKind: 'person',
    keyName: row.name,
    keyDisplay: row.email,
    scopes: scopesOf(row.role, row.super),
    person: { id: row.person_id, tenantId: row.person_tenant_id, role: row.role, super: row.super },
  };
}

const scopeSets = new Map(Object.entries(ROLE_SCOPES).map(([role, scopes]) => [role, new Set(scopes)]));
const superSet = new Set(SUPER_SCOPES);

function scopesOf(role: Role | null, isSuper: boolean): Caller['scopes'] {
  if (isSuper) return superSet;
  return (role === null ? undefined : scopeSets.get(role)) ?? new Set();
}

/** The person of a caller; on routes for people who have signed in there always is one. */
export function personOf(caller: Caller): NonNullable<Caller['person']> {
  if (caller.person) return caller.person;
  throw new AppError('FORBIDDEN', 'This is for people who have signed in; you came with a key.');
}
