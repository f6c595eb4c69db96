import { useQuery } from '@tanstack/react-query';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { usePagedList } from '../list/list-state.ts';

/** What a list of tasks is asked for; the same rules as `GET /tasks`. */
export interface TaskFilter {
  state?: string;
  workflowId?: string;
  jobId?: string;
  search?: string;
}

/** Asked for again whenever an event tells of a task: people answer in minutes, not in milliseconds. */
export function useTasks(filter: TaskFilter) {
  const { api } = useFleetClient();
  return usePagedList({ queryKey: fleetKeys.taskList(filter), load: api.tasks, filter });
}

export function useTask(taskId: string) {
  const { api } = useFleetClient();
  return useQuery({
    queryKey: fleetKeys.task(taskId),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.task(taskId),
  });
}
