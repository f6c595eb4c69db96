import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** Jobs that were not started by their deadline fail, and say since when they could have been. */
export async function failMissedDeadlines(context: Context): Promise<void> {
  const missed = await oneAcrossTenants(
    context.database.system,
    sql`
      with due as (
        select tenant_id, id from jobs
        where state = 'pending' and deadline is not null and deadline <= clock_timestamp() and attempt = 0
        limit 500 for update skip locked
      ), j as (
        update jobs set state = 'failed', dead_letter = true, finished_at = clock_timestamp(),
          error = jsonb_build_object('code', 'DEADLINE_MISSED', 'message', format(
            'It was not started by its deadline, %s. Requeue it with a later one, and see which robots could take it.',
            to_char(jobs.deadline at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
        from due where jobs.tenant_id = due.tenant_id and jobs.id = due.id
        returning jobs.tenant_id, jobs.workspace_id, jobs.id
      )
      insert into events (tenant_id, workspace_id, type, subject_id)
      select tenant_id, workspace_id, unnest(array['job.failed', 'job.dead_lettered']), id from j returning seq`,
  );
  if (missed.length > 0) context.signals.send({ kind: 'events' });
}
