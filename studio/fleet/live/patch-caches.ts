import type { FleetEvent, Job, Robot } from '@casare/shared';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Page } from '../fleet-requests.ts';
import { fleetKeys } from '../fleet-keys.ts';
import { patchQueues } from '../queues/patch-queues.ts';
import { patchSchedules } from '../schedules/patch-schedules.ts';
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
  for (const { type, data } of events) {
    if (type === 'robot.command') void queries.invalidateQueries({ queryKey: fleetKeys.commands(String(data['id'])) });
    if (type === 'robot.doctor') void queries.invalidateQueries({ queryKey: fleetKeys.doctor(String(data['id'])) });
    if (type === 'job.artifact') void queries.invalidateQueries({ queryKey: fleetKeys.artifacts(String(data['id'])) });
  }
  const metrics = events.map(metricsOf).findLast(Boolean);
  if (metrics) queries.setQueryData(fleetKeys.metrics, metrics);
  if (events.some((event) => event.type.startsWith('task.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.tasks });
    void queries.invalidateQueries({ queryKey: fleetKeys.metrics });
  }
  if (events.some((event) => event.type.startsWith('queue'))) patchQueues(queries, events);
  patchSchedules(queries, events);
  if (events.some((event) => event.type.startsWith('calendar.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.calendars });
    void queries.invalidateQueries({ queryKey: fleetKeys.schedules });
  }
  if (events.some((event) => event.type === 'workflow.published'))
    void queries.invalidateQueries({ queryKey: fleetKeys.workflows });
  if (events.some((event) => event.type.startsWith('credential.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.credentials });
    void queries.invalidateQueries({ queryKey: fleetKeys.vaultNames });
  }
  if (events.some((event) => event.type.startsWith('asset.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.assets });
    void queries.invalidateQueries({ queryKey: fleetKeys.vaultNames });
  }
  if (events.some((event) => event.type.startsWith('trigger.')))
    void queries.invalidateQueries({ queryKey: fleetKeys.triggers });
  if (events.some((event) => event.type.startsWith('key.')))
    void queries.invalidateQueries({ queryKey: fleetKeys.keys });
  // Also what one may do oneself, and where.
  if (events.some(({ type }) => type.startsWith('person.') || type.startsWith('workspace.'))) {
    void queries.invalidateQueries({ queryKey: fleetKeys.people });
    void queries.invalidateQueries({ queryKey: fleetKeys.me });
  }
}
