import type { FleetEvent, Job, Robot } from '@casare/shared';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Page } from '../fleet-api.ts';
import { fleetKeys } from '../fleet-keys.ts';
import { applyToJob, applyToJobPages, applyToRobots, type JobFilter, jobOf, metricsOf } from './apply-event.ts';

/** Writes a batch of events into what is loaded; each cached list is replaced at most once per batch. */
export function patchCaches(queries: QueryClient, events: readonly FleetEvent[]): void {
  const jobEvents = events.filter((event) => event.type.startsWith('job.'));
  if (jobEvents.length > 0) {
    for (const query of queries.getQueryCache().findAll({ queryKey: fleetKeys.jobLists })) {
      const filter = query.queryKey[2] as JobFilter;
      queries.setQueryData<InfiniteData<Page<Job>>>(
        query.queryKey,
        (data) =>
          data && {
            ...data,
            pages: jobEvents.reduce<Page<Job>[]>((pages, event) => applyToJobPages(pages, event, filter), data.pages),
          },
      );
    }
    for (const event of jobEvents) {
      const job = jobOf(event);
      // Only where it is loaded: a job nobody looks at takes no room.
      if (job) queries.setQueryData<Job>(fleetKeys.job(job.id), (known) => known && applyToJob(known, event));
    }
  }
  const robotEvents = events.filter((event) => event.type.startsWith('robot.'));
  if (robotEvents.length > 0) {
    queries.setQueryData<Robot[]>(
      fleetKeys.robots,
      (robots) => robots && robotEvents.reduce<Robot[]>(applyToRobots, robots),
    );
  }
  const metrics = events.map(metricsOf).findLast(Boolean);
  if (metrics) queries.setQueryData(fleetKeys.metrics, metrics);
  if (events.some((event) => event.type.startsWith('task.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.tasks });
    void queries.invalidateQueries({ queryKey: fleetKeys.metrics });
  }
  if (events.some((event) => event.type === 'workflow.published'))
    void queries.invalidateQueries({ queryKey: fleetKeys.workflows });
  if (events.some((event) => event.type.startsWith('key.')))
    void queries.invalidateQueries({ queryKey: fleetKeys.keys });
}
