import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** What a list of tasks is asked for; the same rules as `GET /tasks`. */
export interface TaskFilter {
  state?: string;
  workflowId?: string;
  jobId?: string;
  search?: string;
}

/** Asked for again whenever an event tells of a task: people answer in minutes, not in milliseconds. */
const LIVE = { staleTime: Number.POSITIVE_INFINITY };
const PAGE_SIZE = 100;

export function useTasks(filter: TaskFilter) {
  const { api } = useFleetClient();
  return useInfiniteQuery({
    ...LIVE,
    queryKey: fleetKeys.taskList(filter),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => api.tasks({ ...filter, limit: PAGE_SIZE, cursor: pageParam }),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useTask(taskId: string) {
  const { api } = useFleetClient();
  return useQuery({ ...LIVE, queryKey: fleetKeys.task(taskId), queryFn: () => api.task(taskId) });
}
