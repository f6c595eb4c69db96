import { useQuery } from '@tanstack/react-query';
import { allPages } from '../fleet-requests.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { usePagedList } from '../list/list-state.ts';

/** What a list of schedules is asked for; the same rules as `GET /schedules`. */
export interface ScheduleFilter {
  state?: string | undefined;
  workflowId?: string | undefined;
  search?: string | undefined;
}

const live = { staleTime: Number.POSITIVE_INFINITY };

export function useSchedules(filter: ScheduleFilter) {
  const { api } = useFleetClient();
  return usePagedList({ queryKey: fleetKeys.scheduleList(filter), load: api.schedules, filter });
}

export function useSchedule(id: string) {
  const { api } = useFleetClient();
  return useQuery({ ...live, queryKey: fleetKeys.schedule(id), queryFn: () => api.schedule(id) });
}

export function useNextSlots(id: string) {
  const { api } = useFleetClient();
  return useQuery({ ...live, queryKey: fleetKeys.scheduleNext(id), queryFn: () => api.nextSlots(id) });
}

export function useFirings(id: string) {
  const { api } = useFleetClient();
  return usePagedList({
    queryKey: fleetKeys.scheduleHistory(id),
    load: (query) => api.firings(id, query),
    filter: {},
  });
}

export function useCalendars() {
  const { api } = useFleetClient();
  return useQuery({ ...live, queryKey: fleetKeys.calendars, queryFn: () => allPages(api.calendars) });
}
