import type {
  FleetQueue,
  FleetQueueItem,
  NewFleetQueueItem,
  NewQueue,
  QueueItemHistory,
  QueueItemSummary,
  addedQueueItemsSchema,
  bulkQueueItemsReplySchema,
  bulkQueueItemsSchema,
  changeQueueSchema,
  reviewQueueItemSchema,
} from '@casare/shared';
import type { z } from 'zod';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export type AddedItems = z.infer<typeof addedQueueItemsSchema>;
export type BulkItems = z.input<typeof bulkQueueItemsSchema>;
export type BulkItemsReply = z.infer<typeof bulkQueueItemsReplySchema>;
export type QueueChange = z.input<typeof changeQueueSchema>;

const id = encodeURIComponent;

export function queuesApi({ send, create }: Senders) {
  const item = (itemId: string) => `/queue-items/${id(itemId)}`;
  return {
    queues: (query: Query) => send<Page<FleetQueue>>('GET', `/queues${queryText(query)}`),
    queue: (queueId: string) => send<FleetQueue>('GET', `/queues/${id(queueId)}`),
    createQueue: (queue: NewQueue) => create<FleetQueue>('/queues', queue),
    changeQueue: (queueId: string, change: QueueChange) =>
      send<FleetQueue>('PUT', `/queues/${id(queueId)}`, { body: change }),
    deleteQueue: (queueId: string) => send<unknown>('DELETE', `/queues/${id(queueId)}`),
    queueItems: (queueId: string, query: Query) =>
      send<Page<QueueItemSummary>>('GET', `/queues/${id(queueId)}/items${queryText(query)}`),
    addQueueItems: (queueId: string, items: readonly NewFleetQueueItem[], mode: 'all' | 'each') =>
      create<AddedItems>(`/queues/${id(queueId)}/items`, { items, mode }),
    queueItem: (itemId: string) => send<FleetQueueItem>('GET', item(itemId)),
    queueItemHistory: (itemId: string) => send<QueueItemHistory>('GET', `${item(itemId)}/history`),
    reviewQueueItem: (itemId: string, review: z.input<typeof reviewQueueItemSchema>) =>
      send<FleetQueueItem>('POST', `${item(itemId)}/review`, { body: review }),
    commentQueueItem: (itemId: string, text: string) =>
      send<FleetQueueItem>('POST', `${item(itemId)}/comments`, { body: { text } }),
    bulkQueueItems: (bulk: BulkItems) => send<BulkItemsReply>('POST', '/queue-items/bulk', { body: bulk }),
  };
}
