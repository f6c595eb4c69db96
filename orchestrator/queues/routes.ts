import {
  changeQueueSchema,
  idParamsSchema,
  newQueueSchema,
  pageOf,
  queueHoursQuerySchema,
  queueHoursSchema,
  queueListQuerySchema,
  queueSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { itemRoutes } from './item-routes.ts';
import { jobQueueRoutes } from './job-routes.ts';
import { changeQueue, createQueue, deleteQueue, getQueue, listQueues, queueHours } from './queues.ts';

export function queueRoutes(context: Context): Route[] {
  return [...settingsRoutes(context), ...itemRoutes(context), ...jobQueueRoutes(context)];
}

function settingsRoutes(context: Context): Route[] {
  const read = { auth: 'admin', scope: 'queues:read', tag: 'queues' } as const;
  const write = { auth: 'admin', scope: 'queues:write', tag: 'queues' } as const;
  const params = idParamsSchema;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/queues',
      summary: 'List queues with their figures, newest first',
      query: queueListQuerySchema,
      reply: pageOf(queueSchema),
      handle: ({ caller, query }) => listQueues(context, caller, query),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/queues',
      summary: 'Make a queue',
      body: newQueueSchema,
      reply: queueSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const queue = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createQueue(db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return queue;
      },
    }),
    route({
      ...read,
      params,
      method: 'GET',
      path: '/queues/:id',
      summary: 'One queue with its figures',
      reply: queueSchema,
      handle: ({ caller, params: { id } }) => getQueue(context, caller, id),
    }),
    route({
      ...write,
      params,
      method: 'PUT',
      path: '/queues/:id',
      summary: 'Change a queue; what is absent stays',
      body: changeQueueSchema,
      reply: queueSchema,
      handle: ({ caller, params: { id }, body, request }) => changeQueue(context, caller, id, body, request.id),
    }),
    route({
      ...write,
      params,
      method: 'DELETE',
      path: '/queues/:id',
      summary: 'Delete a queue and what it holds',
      handle: ({ caller, params: { id }, request }) => deleteQueue(context, caller, id, request.id),
    }),
    route({
      ...read,
      params,
      method: 'GET',
      path: '/queues/:id/hours',
      summary: 'What was added to a queue and what ended, hour by hour',
      query: queueHoursQuerySchema,
      reply: queueHoursSchema,
      handle: ({ caller, params: { id }, query }) => queueHours(context, caller, id, query),
    }),
  ];
}
