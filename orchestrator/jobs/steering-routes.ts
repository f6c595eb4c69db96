import {
  assignJobSchema,
  bulkJobsReplySchema,
  bulkJobsSchema,
  bulkPreviewReplySchema,
  bulkPreviewSchema,
  deadLetterGroupsSchema,
  idParamsSchema,
  jobDependenciesSchema,
  jobListQuerySchema,
  jobSchema,
  pageOf,
  requeueJobSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { assignJob } from './assign.ts';
import { previewBulk, runBulk } from './bulk.ts';
import { groupDeadLetters } from './dead-letters.ts';
import { listDependencies } from './dependencies.ts';
import { listJobs } from './list.ts';
import { requeueJob } from './requeue.ts';

/** What people do with jobs besides submitting them: one, or all that match. */
export function steeringRoutes(context: Context): Route[] {
  const read = { auth: 'admin', scope: 'jobs:read', tag: 'jobs' } as const;
  const write = { auth: 'admin', scope: 'jobs:write', tag: 'jobs', method: 'POST' } as const;
  const one = { params: idParamsSchema } as const;
  return [
    route({
      ...read,
      ...one,
      method: 'GET',
      path: '/jobs/:id/dependencies',
      summary: 'What a job waits for, what waits for it, and the jobs it has started',
      reply: jobDependenciesSchema,
      handle: ({ caller, params }) => listDependencies(context, caller, params.id),
    }),
    route({
      ...write,
      ...one,
      path: '/jobs/:id/assign',
      summary: 'Give a job that has not begun to another robot or group, or another priority',
      body: assignJobSchema,
      reply: jobSchema,
      handle: ({ caller, params, body, request }) => assignJob(context, caller, params.id, body, request.id),
    }),
    route({
      ...write,
      ...one,
      path: '/jobs/:id/requeue',
      summary: 'Run a failed or cancelled job once more from the beginning, as a new job',
      body: requeueJobSchema,
      reply: jobSchema,
      status: 201,
      handle: ({ caller, params, body, request }) => requeueJob(context, caller, params.id, body, request.id),
    }),
    route({
      ...read,
      method: 'POST',
      path: '/jobs/bulk/preview',
      summary: 'How many jobs a bulk action is about',
      body: bulkPreviewSchema,
      reply: bulkPreviewReplySchema,
      handle: ({ caller, body }) => previewBulk(context, caller, body),
    }),
    route({
      ...write,
      path: '/jobs/bulk',
      summary: 'Cancel, retry, requeue or purge all jobs that match, in batches',
      body: bulkJobsSchema,
      reply: bulkJobsReplySchema,
      handle: ({ caller, body, request }) => runBulk(context, caller, body, request.id),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/dead-letters',
      summary: 'Jobs that failed for good, newest first',
      query: jobListQuerySchema.omit({ deadLetter: true, state: true, stuck: true }),
      reply: pageOf(jobSchema),
      handle: ({ caller, query }) => listJobs(context, caller, { ...query, deadLetter: 'true' }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/dead-letters/groups',
      summary: 'Dead letters by workflow and error',
      reply: deadLetterGroupsSchema,
      handle: ({ caller }) => groupDeadLetters(context, caller),
    }),
  ];
}
