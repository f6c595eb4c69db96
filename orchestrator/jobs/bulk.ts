import {
  AppError,
  type BulkAction,
  type BulkJobsReply,
  type bulkJobsSchema,
  type JobFilter,
  type JobState,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import { type Db, inTenant, oneInTenant } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { cancelFamilies, tellCancelled } from './cancel.ts';
import type { JobRow } from './job-row.ts';
import { requeueEach } from './requeue.ts';
import { retryEach } from './retry.ts';

type Request = z.output<typeof bulkJobsSchema>;

/** Jobs of one transaction: it must not hold their rows for long. */
const batchSize = 200;
/** A call goes on for so long and then says where the next one goes on. */
const longestMs = 8000;
const countedUpTo = 100_000;
const skippedShown = 100;

const statesOf: Readonly<Record<BulkAction, readonly JobState[]>> = {
  cancel: ['pending', 'running', 'waiting'],
  retry: ['failed', 'cancelled'],
  requeue: ['failed', 'cancelled'],
  purge: ['completed', 'failed', 'cancelled'],
};

export async function previewBulk(
  context: Context,
  caller: Caller,
  { action, filter }: { action: BulkAction; filter: JobFilter },
) {
  const [row] = await oneInTenant<{ count: number }>(
    context.database.pool,
    caller.tenantId,
    sql`
      select count(*)::int as count from (
        select 1 from jobs j where ${fits(caller, action, filter)} limit ${countedUpTo + 1}::int) matching`,
  );
  const count = row?.count ?? 0;
  return { count: Math.min(count, countedUpTo), atLeast: count > countedUpTo };
}

/**
 * The action for all jobs that fit, oldest first, a transaction for each batch: what is done stays done when something
 * breaks off, and the cursor of the last reply goes on behind it. Jobs that come up meanwhile are left alone.
 */
export async function runBulk(
  context: Context,
  caller: Caller,
  request: Request,
  requestId: string,
): Promise<BulkJobsReply> {
  const start = performance.now();
  let place = await placeOf(context, caller, request.cursor);
  const skipped: BulkJobsReply['skipped'] = [];
  let [done, seen] = [0, 0];
  for (;;) {
    const wanted = Math.min(batchSize, request.limit - seen);
    if (wanted === 0 || performance.now() - start > longestMs)
      return { done, skipped: skipped.slice(0, skippedShown), cursor: `${place.after}.${place.upTo}` };
    const from = place;
    const batch = await inTenant(context.database.pool, caller.tenantId, (db) =>
      runBatch(context, db, caller, { ...request, limit: wanted }, from, requestId),
    );
    tell(context, caller, request.action, batch);
    done += batch.done;
    seen += batch.seen;
    skipped.push(...batch.skipped);
    const { last } = batch;
    if (last === undefined || batch.seen < wanted)
      return { done, skipped: skipped.slice(0, skippedShown), cursor: null };
    place = { ...place, after: last };
  }
}

interface Place {
  /** The last job that was looked at, and the first one that is too new. */
  readonly after: string;
  readonly upTo: string;
}

const beforeAll = '00000000-0000-0000-0000-000000000000';
const uuidText = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const cursorText = new RegExp(`^(${uuidText})\\.(${uuidText})$`);

async function placeOf(context: Context, caller: Caller, cursor: string | undefined): Promise<Place> {
  if (cursor !== undefined) {
    const [, after, upTo] = cursorText.exec(cursor) ?? [];
    if (after === undefined || upTo === undefined)
      throw new AppError('VALIDATION', 'This cursor is not one of a bulk action. Start without one.', {
        details: { issues: [{ path: 'body.cursor', message: 'not a cursor' }] },
      });
    return { after, upTo };
  }
  const [row] = await oneInTenant<{ id: string }>(context.database.pool, caller.tenantId, sql`select uuidv7() as id`);
  return { after: beforeAll, upTo: row?.id ?? beforeAll };
}

interface Batch {
  readonly done: number;
  readonly seen: number;
  readonly skipped: BulkJobsReply['skipped'];
  readonly last: string | undefined;
  readonly cancelled: readonly JobRow[];
}

async function runBatch(
  context: Context,
  db: Db,
  caller: Caller,
  request: Request,
  { after, upTo }: Place,
  requestId: string,
): Promise<Batch> {
  const { action, filter, version, priority } = request;
  const rows = await db.query<{ id: string }>(sql`
    select j.id from jobs j
    where ${fits(caller, action, filter)} and j.id > ${after}::uuid and j.id < ${upTo}::uuid
    order by j.id limit ${request.limit}::int for update`);
  const ids = rows.map(({ id }) => id);
  const skipped: BulkJobsReply['skipped'] = [];
  const skip = (jobId: string, reason: string) => skipped.push({ jobId, reason });
  let cancelled: JobRow[] = [];
  if (ids.length > 0) {
    if (action === 'cancel') cancelled = await cancelFamilies(db, ids);
    else if (action === 'purge') await purge(db, ids);
    else if (action === 'retry')
      for (const id of await retryEach(db, ids)) skip(id, 'The job it runs after has failed: retry that one.');
    else {
      const made = await requeueEach(context, db, caller, ids, { version, priority });
      made.forEach((job, i) => job instanceof Error && skip(ids[i] as string, job.message));
    }
    const done = ids.length - skipped.length;
    await writeAudit(db, caller, {
      action: `job.bulk_${action}`,
      subjectId: null,
      requestId,
      details: { filter, version, priority, done, skipped: skipped.length, first: ids[0], last: ids.at(-1) },
    });
  }
  return { done: ids.length - skipped.length, seen: ids.length, skipped, last: ids.at(-1), cancelled };
}

async function purge(db: Db, ids: readonly string[]): Promise<void> {
  await db.query(sql`
    with gone as (delete from jobs where id = any(${ids}::uuid[]) returning id, workspace_id)
    insert into events (workspace_id, type, subject_id) select workspace_id, 'job.purged', id from gone`);
}

function tell(context: Context, caller: Caller, action: BulkAction, { cancelled, done }: Batch): void {
  if (action === 'cancel') tellCancelled(context, cancelled);
  else if (done > 0) context.signals.send({ kind: 'events' });
  if (action === 'retry' || action === 'requeue')
    context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: done });
}

function fits(caller: Caller, action: BulkAction, filter: JobFilter): Statement {
  const wanted = statesOf[action].filter((state) => filter.state?.includes(state) ?? true);
  const search = filter.search?.trim() || null;
  const {
    ids = null,
    workflowId = null,
    robotId = null,
    reference = null,
    deadLetter = null,
    errorCode = null,
    createdAfter = null,
    createdBefore = null,
  } = filter;
  return sql`j.workspace_id = ${caller.workspaceId}::uuid and j.state = any(${wanted}::text[])
    and (${action} <> 'cancel' or not j.cancel_requested) and (${action} <> 'requeue' or j.replayed_by is null)
    and (${ids}::uuid[] is null or j.id = any(${ids}::uuid[]))
    and (${workflowId}::uuid is null or j.workflow_id = ${workflowId}::uuid)
    and (${robotId}::uuid is null or j.robot_id = ${robotId}::uuid)
    and (${reference}::text is null or j.reference = ${reference}::text)
    and (${deadLetter}::boolean is null or j.dead_letter = ${deadLetter}::boolean)
    and (${errorCode}::text is null or j.error ->> 'code' = ${errorCode}::text)
    and (${createdAfter}::timestamptz is null or j.created_at >= ${createdAfter}::timestamptz)
    and (${createdBefore}::timestamptz is null or j.created_at < ${createdBefore}::timestamptz)
    and (${search}::text is null or strpos(lower(concat_ws(' ', j.workflow_name, j.reference, j.error ->> 'message', j.id)),
      lower(${search}::text)) > 0)`;
}
