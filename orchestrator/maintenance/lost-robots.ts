import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** Robots that have been silent for too long are offline. Their jobs come back when the leases run out. */
export async function markLostRobots(context: Context): Promise<void> {
  const lost = await oneAcrossTenants(
    context.database.system,
    sql`
      with r as (
        update robots set state = 'offline'
        where state <> 'offline' and removed_at is null
          and last_heartbeat_at < clock_timestamp() - make_interval(secs => ${context.timing.lostSeconds}::float8)
        returning tenant_id, workspace_id, id
      )
      insert into events (tenant_id, workspace_id, type, subject_id)
      select tenant_id, workspace_id, 'robot.lost', id from r returning seq`,
  );
  if (lost.length > 0) context.signals.send({ kind: 'events' });
}
