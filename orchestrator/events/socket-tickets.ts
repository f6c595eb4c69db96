import { randomBytes } from 'node:crypto';
import { socketTicketSchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants, oneInTenant } from '../db/transaction.ts';
import { type Route, route } from '../http/route.ts';
import { type Caller, unauthenticated } from '../keys/caller.ts';
import { callersOfKeys } from '../keys/verify.ts';
import { callersOfSessions } from '../people/session-callers.ts';
import { hashToken } from '../people/sessions.ts';

const ticketSeconds = 30;

/** A page opens its socket with a ticket: what it shows there is in logs and inspectors, and worth nothing a moment later. */
export function socketTicketRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/socket-tickets',
      auth: 'admin',
      scope: 'events:read',
      tag: 'events',
      summary: 'A ticket that opens one socket',
      reply: socketTicketSchema,
      status: 201,
      handle: ({ caller }) => makeTicket(context, caller),
    }),
  ];
}

async function makeTicket({ database }: Context, caller: Caller) {
  const ticket = `ost_${randomBytes(32).toString('base64url')}`;
  const [row] = await oneInTenant<{ expires_at: Date }>(
    database.pool,
    caller.tenantId,
    sql`
      insert into socket_tickets (hash, workspace_id, credential_id, of_person, expires_at)
      values (${hashToken(ticket)}, ${caller.workspaceId}::uuid, ${caller.credentialId}::uuid, ${caller.person !== undefined},
        clock_timestamp() + make_interval(secs => ${ticketSeconds}::int))
      returning expires_at`,
  );
  if (!row) throw new TypeError('an insert returns its row');
  return { ticket, expiresAt: row.expires_at.toISOString() };
}

/** Whose ticket it is, as they stand now; it is gone with this. */
export async function takeTicket(context: Context, ticket: string): Promise<Caller> {
  const [row] = await oneAcrossTenants<{
    credential_id: string;
    workspace_id: string;
    of_person: boolean;
    good: boolean;
  }>(
    context.database.system,
    sql`
      delete from socket_tickets where hash = ${hashToken(ticket)}
      returning credential_id, workspace_id, of_person, expires_at > clock_timestamp() as good`,
  );
  if (!row?.good) throw unauthenticated();
  const [caller] = row.of_person
    ? await callersOfSessions(context.database, [{ sessionId: row.credential_id, workspaceId: row.workspace_id }])
    : await callersOfKeys(context.database, [row.credential_id]);
  if (!caller) throw unauthenticated();
  return caller;
}
