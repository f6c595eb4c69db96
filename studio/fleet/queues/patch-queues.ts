import type { FleetEvent, FleetQueue, QueueItemSummary } from '@casare/shared';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { fleetKeys } from '../fleet-keys.ts';
import type { Page } from '../fleet-requests.ts';

/**
 * Writes events about queues and their items into what is loaded. Rows that are shown change at once; new ones come with the figures of the
 * queue, which are told at most twice a second however many items change.
 */
export function patchQueues(queries: QueryClient, events: readonly FleetEvent[]): void {
  for (const { type, data } of events) {
    if (type === 'queue.figures') putFigures(queries, data as FleetQueue);
    else if (type === 'queue.created' || type === 'queue.changed' || type === 'queue.deleted')
      void queries.invalidateQueries({ queryKey: fleetKeys.queues });
  }
  const items = new Map(
    events
      .filter(({ type }) => type.startsWith('queue_item.'))
      .map(({ data }) => [String(data.id), data as QueueItemSummary]),
  );
  if (items.size === 0) return;
  queries.setQueriesData<InfiniteData<Page<QueueItemSummary>>>({ queryKey: fleetKeys.queueItemLists }, (list) =>
    list?.pages.some((page) => page.items.some(({ id }) => items.has(id)))
      ? {
          ...list,
          pages: list.pages.map((page) => ({ ...page, items: page.items.map((row) => items.get(row.id) ?? row) })),
        }
      : list,
  );
  for (const [id, { originId }] of items) {
    void queries.invalidateQueries({ queryKey: fleetKeys.queueItem(id) });
    // A further try belongs to the history of the first one.
    if (originId) void queries.invalidateQueries({ queryKey: fleetKeys.queueItem(originId) });
  }
}

function putFigures(queries: QueryClient, queue: FleetQueue): void {
  queries.setQueryData<FleetQueue[]>(fleetKeys.queues, (queues) =>
    queues?.map((known) => (known.id === queue.id ? queue : known)),
  );
  queries.setQueryData<FleetQueue>(fleetKeys.queue(queue.id), (known) => known && queue);
  void queries.invalidateQueries({ queryKey: [...fleetKeys.queueItemLists, queue.id] }, { cancelRefetch: false });
}
