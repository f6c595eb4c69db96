import {
  idParamsSchema,
  jobAddItemReplySchema,
  jobAddItemSchema,
  jobItemReportReplySchema,
  jobItemReportSchema,
  jobNextItemsReplySchema,
  jobNextItemsSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { addForJob } from './job-add.ts';
import { reportItem } from './report.ts';
import { nextItems } from './take.ts';

const bodyLimit = 2 * 1024 * 1024;

/** What steps of a job do with queues: only for a robot that holds the job. */
export function jobQueueRoutes(context: Context): Route[] {
  const common = { auth: 'robot', tag: 'queues', method: 'POST', params: idParamsSchema, bodyLimit } as const;
  return [
    route({
      ...common,
      path: '/jobs/:id/queue-items',
      summary: 'A step of a job adds an item; the same step again adds nothing',
      body: jobAddItemSchema,
      reply: jobAddItemReplySchema,
      status: 201,
      handle: ({ caller, params, body }) => addForJob(context, caller, params.id, body),
    }),
    route({
      ...common,
      path: '/jobs/:id/queue-items/next',
      summary: 'Up to n items for a step of a job; the same step again gets the same ones',
      body: jobNextItemsSchema,
      reply: jobNextItemsReplySchema,
      handle: ({ caller, params, body }) => nextItems(context, caller, params.id, body),
    }),
    route({
      ...common,
      path: '/jobs/:id/queue-items/report',
      summary: 'How the work on an item goes, or how it went',
      body: jobItemReportSchema,
      reply: jobItemReportReplySchema,
      handle: ({ caller, params, body }) => reportItem(context, caller, params.id, body),
    }),
  ];
}
