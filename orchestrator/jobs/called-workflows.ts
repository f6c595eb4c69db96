import {
  AppError,
  type calledWorkflowSchema,
  type childJobSchema,
  type childJobStateSchema,
  type Job,
  type JobState,
  type WireError,
} from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { RawText } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { staleLease } from './refusals.ts';
import { submitJobs } from './submit.ts';

/** The document of a workflow that a job calls in place: what is published in the workspace of the robot that holds the job. */
export function getCalledWorkflow(
  context: Context,
  caller: Caller,
  jobId: string,
  body: z.output<typeof calledWorkflowSchema>,
): Promise<RawText> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    await holdJob(db, caller, jobId, body.fence);
    const { id, version } = await findPublished(db, caller, body);
    const { text, contentHash } = await context.documents.get(caller.tenantId, id, version, db);
    return new RawText(`{"version":${version},"contentHash":"${contentHash}","document":${text}}`);
  });
}

/** Starts a job on behalf of one that runs; it is as urgent as that one. */
export async function startChildJob(
  context: Context,
  caller: Caller,
  jobId: string,
  body: z.output<typeof childJobSchema>,
  request: FastifyRequest,
): Promise<{ jobId: string }> {
  let created: Job | undefined;
  const reply = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const { priority, cancel_requested: ends, trace_parent } = await holdJob(db, caller, jobId, body.fence);
    if (ends) throw new AppError('CONFLICT', 'The job is being cancelled, so it starts no more jobs.');
    const start = async () => {
      const { id, version } = await findPublished(db, caller, body);
      const [job] = await submitJobs(context, db, caller, [
        {
          workflowId: id,
          version,
          input: body.input,
          priority,
          requiredCapabilities: [],
          requiredTags: [],
          maxRetries: 3,
          reference: referenceOf(jobId),
          parentJobId: jobId,
          ...(trace_parent !== null && { traceParent: trace_parent }),
        },
      ]);
      created = job;
      return { jobId: (job as Job).id };
    };
    return once(db, request, caller, start, withoutFence(jobId, body));
  });
  if (created) {
    context.signals.send({ kind: 'events' });
    context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
  }
  return reply;
}

interface ChildRow {
  state: JobState;
  output: unknown;
  error: WireError | null;
}

/** Only of jobs that this job has started. */
export function getChildJob(
  context: Context,
  caller: Caller,
  jobId: string,
  body: z.output<typeof childJobStateSchema>,
): Promise<ChildRow> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    await holdJob(db, caller, jobId, body.fence);
    const [row] = await db.query<ChildRow>(sql`
      select state, output, error from jobs
      where id = ${body.childId}::uuid and workspace_id = ${caller.workspaceId}::uuid and reference = ${referenceOf(jobId)}`);
    if (!row) throw new AppError('NOT_FOUND', 'This job has started no such job.');
    return row;
  });
}

function referenceOf(jobId: string): string {
  return `started by job ${jobId}`;
}

/** The fence changes when the job goes on elsewhere; the request stays the same. */
function withoutFence(jobId: string, { fence: _, ...body }: { fence: number } & Record<string, unknown>): unknown {
  return { jobId, ...body };
}

interface HeldRow {
  priority: number;
  cancel_requested: boolean;
  trace_parent: string | null;
}

/** A robot may ask for a job only while it holds it. */
async function holdJob(db: Db, caller: Caller, jobId: string, fence: number): Promise<HeldRow> {
  const [job] = await db.query<HeldRow & { held: boolean }>(sql`
    select priority, cancel_requested, trace_parent, fence = ${fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'running' as held from jobs
    where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  if (!job.held) throw staleLease(fence);
  return job;
}

async function findPublished(
  db: Db,
  caller: Caller,
  { documentId, version }: { documentId: string; version?: number | undefined },
): Promise<{ id: string; version: number }> {
  const [row] = await db.query<{ id: string; published_version: number | null }>(sql`
    select id, published_version from workflows
    where workspace_id = ${caller.workspaceId}::uuid and document_id = ${documentId}`);
  if (row === undefined || row.published_version === null)
    throw new AppError(
      'NOT_FOUND',
      `No workflow with the id "${documentId}" is published in this workspace. Publish it, or correct the id in the step that calls it.`,
    );
  return { id: row.id, version: version ?? row.published_version };
}
