import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { type QueueRow, queueSettingsColumns } from './queue-row.ts';

/** A queue by its name, which is how workflows know it. */
async function findQueue(db: Db, workspaceId: string, name: string): Promise<QueueRow | undefined> {
  const [row] = await db.query<QueueRow>(sql`
    select ${queueSettingsColumns} from queues q
    where q.workspace_id = ${workspaceId}::uuid and q.name = ${name} and q.deleted_at is null`);
  return row;
}

/** The queue a job adds to; one that nobody has made is made, as it is on the machine of whoever wrote the workflow. */
export async function findOrMakeQueue(db: Db, workspaceId: string, name: string, by: string): Promise<QueueRow> {
  const found = await findQueue(db, workspaceId, name);
  if (found) return found;
  await db.query(sql`
    with q as (
      insert into queues (workspace_id, name, created_by) values (${workspaceId}::uuid, ${name}, ${by})
      on conflict do nothing returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'queue.created', id from q`);
  return (await findQueue(db, workspaceId, name)) as QueueRow;
}
