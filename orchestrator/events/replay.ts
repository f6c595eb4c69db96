import type { FleetEvent } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import type { EventReader, EventRow } from './event-reader.ts';
import { showEvents } from './show-events.ts';

export interface Replay {
  readonly events: FleetEvent[];
  /** Up to here the events are complete. */
  readonly seq: number;
  /** Some are gone, or there are too many: load afresh. */
  readonly resync: boolean;
}

/** Events of a workspace after `since`, up to what the reader has handed out. */
export async function replayEvents(
  { system }: Database,
  reader: EventReader,
  { tenantId, workspaceId }: Pick<Caller, 'tenantId' | 'workspaceId'>,
  since: number,
  limit: number,
): Promise<Replay & { readonly more: boolean }> {
  const upTo = reader.last();
  if (since > upTo || (await isPruned(system, since))) return { events: [], seq: upTo, resync: true, more: false };
  const rows = await oneAcrossTenants<EventRow>(
    system,
    sql`
      select seq, tenant_id, workspace_id, type, ts, subject_id from events
      where seq > ${since}::bigint and seq <= ${upTo}::bigint and tenant_id = ${tenantId}::uuid
        and workspace_id = ${workspaceId}::uuid
      order by seq limit ${limit + 1}::int`,
  );
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  return { events: await showEvents(system, page), seq: more ? (page.at(-1)?.seq ?? upTo) : upTo, resync: false, more };
}

async function isPruned(system: Database['system'], since: number): Promise<boolean> {
  const [row] = await oneAcrossTenants<{ oldest: number | null }>(system, sql`select min(seq) as oldest from events`);
  return row?.oldest !== null && row !== undefined && row.oldest > since + 1 && since > 0;
}
