import { createHash } from 'node:crypto';
import { AppError, type jobItemReportSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { refuseLarge } from './content.ts';
import { holdJob } from './hold-job.ts';
import { toJobItem, type WholeItemRow, wholeItemColumns } from './item-row.ts';
import { tellQueue } from './tell.ts';

type ReportRequest = z.output<typeof jobItemReportSchema>;

/** What a job says of an item it holds. The same again is a duplicate; a lock that is not the newest one changes nothing. */
export async function reportItem(context: Context, caller: Caller, jobId: string, body: ReportRequest) {
  const { report } = body;
  if ('output' in report) refuseLarge(report.output);
  const hash = createHash('sha256').update(JSON.stringify(report)).digest();
  // The item's own lock decides between this and an end of the job at the same moment: one statement is enough.
  const statement = sql`
    with i as (
      update queue_items t set ${changesOf(report, hash)}, changed_by = ${`job ${jobId}`}
      where t.id = ${body.itemId}::uuid and t.workspace_id = ${caller.workspaceId}::uuid and t.job_id = ${jobId}::uuid
        and t.fence = ${fenceOf(body.lock)}::bigint and t.state = 'inProgress' and exists (
          select from jobs j where j.tenant_id = t.tenant_id and j.id = t.job_id and j.fence = ${body.fence}::bigint
            and j.key_id = ${caller.keyId}::uuid and j.state = 'running')
      returning *
    )
    select ${wholeItemColumns} from i`;
  const [row] = await oneInTenant<WholeItemRow>(context.database.pool, caller.tenantId, statement);
  const { item, duplicate } = row
    ? { item: row, duplicate: false }
    : await reportAgain(context, caller, jobId, body, statement, hash);
  if (!duplicate) tellQueue(context, caller, item.queue_id);
  return { item: toJobItem(item), duplicate };
}

/** A report that changed nothing: because its job has to be taken up again first, because it came before, or because it is stale. */
function reportAgain(
  context: Context,
  caller: Caller,
  jobId: string,
  body: ReportRequest,
  statement: Statement,
  hash: Buffer,
): Promise<{ item: WholeItemRow; duplicate: boolean }> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    await holdJob(context, db, caller, { jobId, fence: body.fence, takes: false });
    const [item] = await db.query<WholeItemRow>(statement);
    if (item) return { item, duplicate: false };
    return { item: await findDuplicate(db, caller, jobId, body, hash), duplicate: true };
  });
}

function changesOf(report: ReportRequest['report'], hash: Buffer): Statement {
  switch (report.status) {
    case 'inProgress':
      return sql`progress = ${report.progress}, locked_until = clock_timestamp() + t.lock_ms * interval '1 millisecond'`;
    case 'postponed':
      return sql`state = 'new', not_before = ${report.until}::timestamptz, locked_until = null, report_hash = ${hash}::bytea`;
    case 'successful':
      return sql`state = 'successful', output = ${JSON.stringify(report.output)}::jsonb, failure = null, ended_at = clock_timestamp(),
        locked_until = null, report_hash = ${hash}::bytea`;
    case 'failed': {
      const failure = JSON.stringify({ kind: report.kind, reason: report.reason });
      const isApplication = report.kind === 'application';
      return sql`state = case when ${isApplication}::boolean and t.attempt <= t.max_retries then 'retried' else 'failed' end,
        output = ${JSON.stringify(report.output)}::jsonb, failure = ${failure}::jsonb, ended_at = clock_timestamp(),
        locked_until = null, report_hash = ${hash}::bytea`;
    }
  }
}

/** Locks are numbers of a sequence; what is none fits no item. */
function fenceOf(lock: string): string {
  return /^\d{1,18}$/.test(lock) ? lock : '-1';
}

async function findDuplicate(
  db: Db,
  caller: Caller,
  jobId: string,
  { itemId, lock }: ReportRequest,
  hash: Buffer,
): Promise<WholeItemRow> {
  const [row] = await db.query<WholeItemRow & { report_hash: Buffer | null }>(sql`
    select ${wholeItemColumns}, i.report_hash from queue_items i
    where i.id = ${itemId}::uuid and i.workspace_id = ${caller.workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no queue item with this id.');
  if (row.job_id === jobId && String(row.fence) === lock && row.report_hash?.equals(hash)) return row;
  throw new AppError(
    'STALE_LEASE',
    `The queue item ${row.reference ?? row.id} is no longer held by this step (it is ${row.state}); nothing was changed. Take items with a longer lock, or report progress more often.`,
    { details: { itemId, status: row.state } },
  );
}
