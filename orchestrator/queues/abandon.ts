import { sql, type Statement } from '../db/sql.ts';

/**
 * Gives up items of which nothing was heard for longer than they are kept. Not of jobs that wait for people: their time stands still. Harmless
 * when it runs twice: each row is changed as it was seen.
 */
export function abandonStatement(where: Statement): Statement {
  return sql`
    with due as (
      select tenant_id, id, fence from queue_items i
      where i.state = 'inProgress' and i.locked_until < clock_timestamp() and ${where}
        and not exists (
          select from jobs j where j.tenant_id = i.tenant_id and j.id = i.job_id and j.state = 'waiting')
      limit 500 for update skip locked
    )
    update queue_items i set state = 'abandoned', ended_at = clock_timestamp(), locked_until = null,
      failure = jsonb_build_object('kind', 'application', 'reason', 'Nothing was heard of this item for longer than it is kept.'),
      changed_by = 'housekeeping'
    from due where i.tenant_id = due.tenant_id and i.id = due.id and i.fence = due.fence and i.state = 'inProgress'
    returning i.tenant_id, i.workspace_id, i.queue_id`;
}
