import { useQuery } from '@tanstack/react-query';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { allPages } from '../fleet-requests.ts';
import { usePagedList } from '../list/list-state.ts';
import type { ItemFilter } from './queues-search.ts';

/** Deadlines pass and items grow old without anybody doing anything. */
const FIGURES_MS = 15_000;

/** All queues with their figures; live events change them in between. */
export function useQueues() {
  const { api } = useFleetClient();
  return useQuery({ queryKey: fleetKeys.queues, refetchInterval: FIGURES_MS, queryFn: () => allPages(api.queues) });
}

export function useQueue(queueId: string) {
  const { api } = useFleetClient();
  return useQuery({
    queryKey: fleetKeys.queue(queueId),
    refetchInterval: FIGURES_MS,
    queryFn: () => api.queue(queueId),
  });
}

export function useQueueItems(queueId: string, filter: ItemFilter) {
  const { api } = useFleetClient();
  return usePagedList({
    queryKey: fleetKeys.queueItemList(queueId, filter),
    load: (query) => api.queueItems(queueId, query),
    filter,
  });
}

export function useQueueItem(itemId: string) {
  const { api } = useFleetClient();
  return useQuery({ queryKey: fleetKeys.queueItem(itemId), queryFn: () => api.queueItem(itemId) });
}

export function useQueueItemHistory(itemId: string) {
  const { api } = useFleetClient();
  return useQuery({
    queryKey: fleetKeys.queueItemHistory(itemId),
    queryFn: () => api.queueItemHistory(itemId),
  });
}
