import {
  calledWorkflowReplySchema,
  calledWorkflowSchema,
  childJobReplySchema,
  childJobSchema,
  childJobStateReplySchema,
  childJobStateSchema,
  claimReplySchema,
  claimSchema,
  endReplySchema,
  extendLeaseReplySchema,
  extendLeaseSchema,
  failSchema,
  idParamsSchema,
  type Job,
  jobListQuerySchema,
  jobSchema,
  logListQuerySchema,
  logListSchema,
  pageOf,
  parkSchema,
  progressReplySchema,
  releaseSchema,
  resolveSchema,
  stepListQuerySchema,
  stepListSchema,
  submitJobsSchema,
  submitReplySchema,
  whySchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { noteFacts } from '../http/request-log.ts';
import { type Route, route } from '../http/route.ts';
import { getCalledWorkflow, getChildJob, startChildJob } from './called-workflows.ts';
import { cancelJob } from './cancel.ts';
import { claimJobs } from './claim.ts';
import { completeJob, failJob, parkJob, releaseJob } from './finish.ts';
import { extendLease } from './lease.ts';
import { getJob, listJobs, listLogs, listSteps } from './list.ts';
import { takeProgress } from './progress.ts';
import { completeBody, progressBody } from './report-bodies.ts';
import { resolveJob } from './resolve.ts';
import { retryJob } from './retry.ts';
import { steeringRoutes } from './steering-routes.ts';
import { submitJobs, submitOne } from './submit.ts';
import { explainJob } from './why.ts';

const tag = 'jobs';
const MiB = 1024 * 1024;

export function jobRoutes(context: Context): Route[] {
  return [...peopleRoutes(context), ...steeringRoutes(context), ...robotRoutes(context)];
}

function peopleRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag } as const;
  const one = { ...common, params: idParamsSchema } as const;
  return [
    route({
      ...common,
      method: 'POST',
      path: '/jobs',
      scope: 'jobs:write',
      summary: 'Submit one job, or up to 1,000 at once',
      body: submitJobsSchema,
      reply: submitReplySchema,
      status: 201,
      bodyLimit: 8 * MiB,
      idempotent: true,
      async handle({ caller, body, request }) {
        let created: Job[] = [];
        const { traceParent } = request;
        const reply =
          'jobs' in body || body.after !== undefined || request.headers['idempotency-key'] !== undefined
            ? await inTenant(context.database.pool, caller.tenantId, (db) =>
                once(db, request, caller, async () => {
                  created = await submitJobs(
                    context,
                    db,
                    caller,
                    ('jobs' in body ? body.jobs : [body]).map((job) => ({ ...job, traceParent })),
                  );
                  return { jobs: created };
                }),
              )
            : { jobs: (created = [await submitOne(context, caller, { ...body, traceParent })]) };
        context.failpoint.reach('submit.committed');
        if (created.length > 0) {
          noteFacts(request, created.length === 1 ? { jobId: created[0]?.id } : { jobs: created.length });
          context.signals.send({ kind: 'events' });
          context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: created.length });
        }
        return reply;
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/jobs',
      scope: 'jobs:read',
      summary: 'List jobs, newest first',
      query: jobListQuerySchema,
      reply: pageOf(jobSchema),
      handle: ({ caller, query }) => listJobs(context, caller, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/jobs/:id',
      scope: 'jobs:read',
      summary: 'One job',
      reply: jobSchema,
      handle: ({ caller, params }) => getJob(context, caller, params.id),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/jobs/:id/steps',
      scope: 'jobs:read',
      summary: 'The journal of a job',
      query: stepListQuerySchema,
      reply: stepListSchema,
      handle: ({ caller, params, query }) => listSteps(context, caller, params.id, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/jobs/:id/logs',
      scope: 'jobs:read',
      summary: 'The log of a job',
      query: logListQuerySchema,
      reply: logListSchema,
      handle: ({ caller, params, query }) => listLogs(context, caller, params.id, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/jobs/:id/why',
      scope: 'jobs:read',
      summary: 'Why a job is pending: each robot and the rule that excludes it',
      reply: whySchema,
      handle: ({ caller, params }) => explainJob(context, caller, params.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/jobs/:id/cancel',
      scope: 'jobs:write',
      summary: 'Cancel a job',
      reply: jobSchema,
      handle: ({ caller, params, request }) => cancelJob(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/jobs/:id/retry',
      scope: 'jobs:write',
      summary: 'Put a failed or cancelled job back into the queue',
      reply: jobSchema,
      handle: ({ caller, params, request }) => retryJob(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/jobs/:id/resolve',
      scope: 'jobs:write',
      summary: 'Decide about a parked step',
      body: resolveSchema,
      reply: jobSchema,
      handle: ({ caller, params, body, request }) => resolveJob(context, caller, params.id, body, request.id),
    }),
  ];
}

function robotRoutes(context: Context): Route[] {
  const common = { auth: 'robot', tag, method: 'POST' } as const;
  const one = { ...common, params: idParamsSchema } as const;
  return [
    route({
      ...common,
      path: '/jobs/claim',
      summary: 'Claim up to n jobs, waiting up to 25 seconds for the first',
      body: claimSchema,
      reply: claimReplySchema,
      handle: ({ caller, body, untilGone }) => claimJobs(context, caller, body, untilGone),
    }),
    route({
      ...one,
      path: '/jobs/:id/extend-lease',
      unlimited: true,
      summary: 'Keep a job for another lease',
      body: extendLeaseSchema,
      reply: extendLeaseReplySchema,
      handle: ({ caller, params, body }) => extendLease(context, caller, params.id, body.fence),
    }),
    route({
      ...one,
      path: '/jobs/:id/progress',
      summary: 'Send journal rows and log lines',
      body: progressBody,
      reply: progressReplySchema,
      bodyLimit: 8 * MiB,
      handle: ({ caller, params, body }) => takeProgress(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/called-workflow',
      summary: 'The document of a workflow that the job calls in place',
      body: calledWorkflowSchema,
      reply: calledWorkflowReplySchema,
      handle: ({ caller, params, body }) => getCalledWorkflow(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/child-jobs',
      summary: 'Start a job that the job has asked for',
      body: childJobSchema,
      reply: childJobReplySchema,
      status: 201,
      idempotent: true,
      handle: ({ caller, params, body, request }) => startChildJob(context, caller, params.id, body, request),
    }),
    route({
      ...one,
      path: '/jobs/:id/child-job-state',
      summary: 'How a job stands that the job has started',
      body: childJobStateSchema,
      reply: childJobStateReplySchema,
      handle: ({ caller, params, body }) => getChildJob(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/complete',
      summary: 'The job came to its end',
      body: completeBody,
      reply: endReplySchema,
      handle: ({ caller, params, body }) => completeJob(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/fail',
      summary: 'The job failed, or was cancelled',
      body: failSchema,
      reply: endReplySchema,
      handle: ({ caller, params, body }) => failJob(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/release',
      summary: 'Hand a job back unfinished',
      body: releaseSchema,
      reply: endReplySchema,
      handle: ({ caller, params, body }) => releaseJob(context, caller, params.id, body),
    }),
    route({
      ...one,
      path: '/jobs/:id/park',
      summary: 'A person has to decide about a step in doubt, or to answer what the job asks',
      body: parkSchema,
      reply: endReplySchema,
      bodyLimit: 8 * MiB,
      handle: ({ caller, params, body }) => parkJob(context, caller, params.id, body),
    }),
  ];
}
