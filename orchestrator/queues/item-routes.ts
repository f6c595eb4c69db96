import {
  addedQueueItemsSchema,
  addQueueItemsSchema,
  bulkQueueItemsReplySchema,
  bulkQueueItemsSchema,
  changeQueueItemSchema,
  commentQueueItemSchema,
  fleetQueueItemSchema,
  idParamsSchema,
  queueItemHistorySchema,
  queueItemListQuerySchema,
  queueItemListSchema,
  reviewQueueItemSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { addItemsOf } from './add-bulk.ts';
import { changeItem, changeItems, comment, edit, remove, restore, retry, reviewAs } from './change-item.ts';
import { getItem, listItems, readHistory } from './items.ts';

const MiB = 1024 * 1024;

export function itemRoutes(context: Context): Route[] {
  const read = { auth: 'admin', scope: 'queues:read', tag: 'queues', params: idParamsSchema } as const;
  const write = { ...read, scope: 'queues:write' } as const;
  const changed = { ...write, reply: fleetQueueItemSchema } as const;
  return [
    route({
      ...write,
      method: 'POST',
      path: '/queues/:id/items',
      summary: 'Add one item, or up to 1,000',
      body: addQueueItemsSchema,
      reply: addedQueueItemsSchema,
      status: 201,
      bodyLimit: 16 * MiB,
      idempotent: true,
      handle: ({ caller, params, body, request }) => addItemsOf(context, caller, params.id, body, request),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/queues/:id/items',
      summary: 'List the items of a queue, newest first',
      query: queueItemListQuerySchema,
      reply: queueItemListSchema,
      handle: ({ caller, params, query }) => listItems(context, caller, params.id, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/queue-items/:id',
      summary: 'One item with what it holds',
      reply: fleetQueueItemSchema,
      handle: ({ caller, params }) => getItem(context, caller, params.id),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/queue-items/:id/history',
      summary: 'What happened to a piece of work, over all its tries',
      reply: queueItemHistorySchema,
      handle: ({ caller, params }) => readHistory(context, caller, params.id),
    }),
    route({
      ...changed,
      method: 'PUT',
      path: '/queue-items/:id',
      summary: 'Change an item that waits; what is absent stays',
      body: changeQueueItemSchema,
      bodyLimit: 2 * MiB,
      handle: ({ caller, params, body, request }) =>
        changeItem(context, caller, params.id, 'change', edit(body), request.id),
    }),
    route({
      ...changed,
      method: 'POST',
      path: '/queue-items/:id/retry',
      summary: 'Try a failed or abandoned item again: a new item is added',
      handle: ({ caller, params, request }) => changeItem(context, caller, params.id, 'retry', retry, request.id),
    }),
    route({
      ...changed,
      method: 'DELETE',
      path: '/queue-items/:id',
      summary: 'Delete an item; it can be restored until it is swept away',
      handle: ({ caller, params, request }) => changeItem(context, caller, params.id, 'delete', remove, request.id),
    }),
    route({
      ...changed,
      method: 'POST',
      path: '/queue-items/:id/restore',
      summary: 'Take a deletion back',
      handle: ({ caller, params, request }) => changeItem(context, caller, params.id, 'restore', restore, request.id),
    }),
    route({
      ...changed,
      method: 'POST',
      path: '/queue-items/:id/review',
      summary: 'Say who looks after a failed item, or that it is in order',
      body: reviewQueueItemSchema,
      handle: ({ caller, params, body, request }) =>
        changeItem(context, caller, params.id, 'review', reviewAs(body), request.id),
    }),
    route({
      ...changed,
      method: 'POST',
      path: '/queue-items/:id/comments',
      summary: 'Write a comment beside an item',
      body: commentQueueItemSchema,
      handle: ({ caller, params, body, request }) =>
        changeItem(context, caller, params.id, 'comment', comment(body), request.id),
    }),
    route({
      auth: 'admin',
      scope: 'queues:write',
      tag: 'queues',
      method: 'POST',
      path: '/queue-items/bulk',
      summary: 'Retry, delete, restore or review up to 1,000 items, each by itself',
      body: bulkQueueItemsSchema,
      reply: bulkQueueItemsReplySchema,
      handle: ({ caller, body, request }) => changeItems(context, caller, body, request.id),
    }),
  ];
}
