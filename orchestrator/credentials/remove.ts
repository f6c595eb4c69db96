import { AppError, type CredentialUses } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findCredential } from './credential-row.ts';
import { workflowsNaming } from './list.ts';

/** With all its versions. Refused while published workflows name it, unless the caller knows that. */
export async function removeCredential(
  db: Db,
  caller: Caller,
  id: string,
  force: boolean,
  requestId: string,
): Promise<void> {
  const { name, version } = await findCredential(db, caller.workspaceId, id);
  const workflows = await db.query<CredentialUses['workflows'][number]>(workflowsNaming(caller, name));
  if (workflows.length > 0 && !force) throw stillUsed(`The credential "${name}"`, workflows);
  await db.query(sql`
    with c as (
      delete from credentials where id = ${id}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'credential.deleted', id from c`);
  await writeAudit(db, caller, {
    action: 'credential.delete',
    subjectId: id,
    requestId,
    details: { name, version, usedBy: workflows.map(({ workflowName }) => workflowName) },
  });
}

export function stillUsed(what: string, workflows: CredentialUses['workflows']): AppError {
  const names = workflows.slice(0, 3).map(({ workflowName }) => `"${workflowName}"`);
  const more = workflows.length > names.length ? ` and ${workflows.length - names.length} more` : '';
  return new AppError(
    'CONFLICT',
    `${what} is used by ${names.join(', ')}${more}; jobs of these would fail. Change them first, or delete it all the same (force).`,
    { details: { workflows } },
  );
}
