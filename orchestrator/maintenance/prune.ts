import type { Pool } from '../db/pool.ts';
import { sql, type Statement } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { oldFigures, oldSchedules } from './old-figures.ts';
import { pruneJobs } from './prune-jobs.ts';

const batch = 500;

/** Deletes what is older than it has to be kept, in small batches that can be broken off anywhere. */
export async function pruneOldRows(
  { system }: { readonly system: Pool },
  days: number,
  signal: AbortSignal,
  afterBatch: () => void = () => undefined,
): Promise<number> {
  let deleted = await pruneJobs(system, days, signal, afterBatch);
  for (const statement of [
    oldEvents(days),
    oldIdempotencyKeys(days),
    oldSamples(days),
    oldCommands(days),
    oldSessions(days),
    oldInvitations(days),
    unusedTickets(),
    oldQueueItems(days),
    oldQueues(days),
    oldDeliveries(days),
    ...oldSchedules(days, batch),
    ...oldFigures(batch),
  ]) {
    for (let rows = batch; rows === batch && !signal.aborted; deleted += rows) {
      rows = (await oneAcrossTenants(system, statement)).length;
      if (rows > 0) afterBatch();
    }
  }
  return deleted;
}

function oldEvents(days: number): Statement {
  return sql`
    delete from events where (seq, tenant_id) in (
      select seq, tenant_id from events where ts < now() - make_interval(days => ${days}::int) order by seq limit ${batch}::int
    ) returning 1`;
}

function oldIdempotencyKeys(days: number): Statement {
  return sql`
    delete from idempotency_keys where (tenant_id, workspace_id, route, key) in (
      select tenant_id, workspace_id, route, key from idempotency_keys
      where created_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function oldSamples(days: number): Statement {
  return sql`
    delete from queue_samples where (tenant_id, workspace_id, minute) in (
      select tenant_id, workspace_id, minute from queue_samples
      where minute < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

/** Sessions that ended long ago, with their refresh tokens. */
function oldSessions(days: number): Statement {
  return sql`
    delete from sessions where (tenant_id, id) in (
      select tenant_id, id from sessions
      where least(ended_at, expires_at) < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function oldInvitations(days: number): Statement {
  return sql`
    delete from invitations where (tenant_id, id) in (
      select tenant_id, id from invitations where expires_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

function unusedTickets(): Statement {
  return sql`
    delete from socket_tickets where (tenant_id, hash) in (
      select tenant_id, hash from socket_tickets where expires_at < now() limit ${batch}::int
    ) returning 1`;
}

function oldCommands(days: number): Statement {
  return sql`
    delete from robot_commands where (tenant_id, id) in (
      select tenant_id, id from robot_commands where created_at < now() - make_interval(days => ${days}::int) limit ${batch}::int
    ) returning 1`;
}

/** Ended and deleted ones as long as their queue says; all of a queue that is gone. */
function oldQueueItems(days: number): Statement {
  return sql`
    delete from queue_items where (tenant_id, id) in (
      select i.tenant_id, i.id from queue_items i join queues q on q.tenant_id = i.tenant_id and q.id = i.queue_id
      where i.state <> 'inProgress' and (q.deleted_at < now() - interval '1 day' or (
        coalesce(i.deleted_at, i.ended_at) < now() - make_interval(days => coalesce(q.retention_days, ${days}::int))))
      limit ${batch}::int
    ) returning 1`;
}

function oldQueues(days: number): Statement {
  return sql`
    delete from queues where (tenant_id, id) in (
      select tenant_id, id from queues q where deleted_at < now() - make_interval(days => ${days}::int)
        and not exists (select from queue_items i where i.tenant_id = q.tenant_id and i.queue_id = q.id)
      limit ${batch}::int
    ) returning 1`;
}

/**
 * What triggers were brought. At least 30 days: so long a message that comes again, or a file that is still there, must not make a second job
 * (triggers/watches.ts).
 */
function oldDeliveries(days: number): Statement {
  return sql`
    delete from trigger_deliveries where (tenant_id, id) in (
      select tenant_id, id from trigger_deliveries
      where received_at < now() - make_interval(days => greatest(${days}::int, 30)) limit ${batch}::int
    ) returning 1`;
}
