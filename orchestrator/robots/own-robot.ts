import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { notRegistered } from './robot-row.ts';

/** The robot that this process of this key is. */
export async function findOwnRobot(
  db: Db,
  caller: Caller,
  instanceId: string,
): Promise<{ id: string; workspace_id: string }> {
  const [robot] = await db.query<{ id: string; workspace_id: string }>(sql`
    select id, workspace_id from robots
    where key_id = ${caller.keyId}::uuid and instance_id = ${instanceId}::uuid and removed_at is null`);
  if (!robot) throw notRegistered();
  return robot;
}
