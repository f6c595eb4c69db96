import type { Job, Robot } from '@casare/shared';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { allPages, type Page, type Query } from './fleet-requests.ts';
import { useFleetClient } from './fleet-context.tsx';
import { fleetKeys } from './fleet-keys.ts';
import { applyToJob, applyToJobPages, applyToRobots, type JobFilter, metricsOf } from './live/apply-event.ts';
import { loadCaughtUp } from './live/recent-events.ts';

/** Kept true by live events; asked for again only after a resync. */
const LIVE = { staleTime: Number.POSITIVE_INFINITY };
const PAGE_SIZE = 100;

export function useMetrics() {
  const { api, live } = useFleetClient();
  return useQuery({
    ...LIVE,
    queryKey: fleetKeys.metrics,
    queryFn: () => loadCaughtUp(live.recent, api.metrics, (metrics, event) => metricsOf(event) ?? metrics),
  });
}

export function useRobots() {
  const { api, live } = useFleetClient();
  return useQuery({
    ...LIVE,
    queryKey: fleetKeys.robots,
    queryFn: () => loadCaughtUp<Robot[]>(live.recent, () => allPages(api.robots), applyToRobots),
  });
}

export function useJobs(filter: JobFilter) {
  const { api, live } = useFleetClient();
  return useInfiniteQuery({
    ...LIVE,
    queryKey: fleetKeys.jobs(filter),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }): Promise<Page<Job>> => {
      const load = async () => [await api.jobs({ ...filter, limit: PAGE_SIZE, cursor: pageParam } satisfies Query)];
      const pages = await loadCaughtUp<Page<Job>[]>(live.recent, load, (known, event) =>
        // New jobs belong on the first page; a later page only follows the rows it has.
        pageParam === null ? applyToJobPages(known, event, filter) : followRows(known, event, filter),
      );
      return pages[0] ?? { items: [], nextCursor: null };
    },
    getNextPageParam: (last) => last.nextCursor,
    // The old rows stay, dimmed, until the new ones are there: a changed filter does not blank the table.
    placeholderData: keepPreviousData,
  });
}

function followRows(pages: Page<Job>[], event: Parameters<typeof applyToJobPages>[1], filter: JobFilter): Page<Job>[] {
  return pages.some((page) => page.items.some((row) => row.id === event.data.id))
    ? applyToJobPages(pages, event, filter)
    : pages;
}

export function useJob(jobId: string) {
  const { api, live } = useFleetClient();
  return useQuery({
    ...LIVE,
    queryKey: fleetKeys.job(jobId),
    queryFn: () => loadCaughtUp(live.recent, () => api.job(jobId), applyToJob),
  });
}

export function useWorkflows() {
  const { api } = useFleetClient();
  return useQuery({ ...LIVE, queryKey: fleetKeys.workflows, queryFn: () => allPages(api.workflows) });
}

export function useVersion(workflowId: string, version: number | undefined) {
  const { api } = useFleetClient();
  return useQuery({
    ...LIVE,
    queryKey: fleetKeys.version(workflowId, version ?? 0),
    queryFn: () => api.version(workflowId, version ?? 0),
    enabled: version !== undefined,
  });
}
