import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import type { Caller } from './verify.ts';

interface AuditEntry {
  /** `job.cancel`, `key.create` … */
  readonly action: string;
  readonly subjectId: string | null;
  readonly requestId: string;
  /** What changed; never a secret. */
  readonly details?: Record<string, unknown>;
}

/** In the transaction of the change: there is no change without its entry. */
export async function writeAudit(db: Db, caller: Caller, entry: AuditEntry): Promise<void> {
  await db.query(sql`
    insert into audit_log (workspace_id, actor, action, subject_id, details, request_id, address)
    values (${caller.workspaceId}::uuid, ${`${caller.keyName} (${caller.keyDisplay})`}, ${entry.action}, ${entry.subjectId}::uuid,
      ${JSON.stringify(entry.details ?? {})}::jsonb, ${entry.requestId},
      ${caller.address ?? null})`);
}
