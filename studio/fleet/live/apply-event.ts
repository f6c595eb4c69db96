import type { FleetEvent, FleetMetrics, Job, JobState, Robot } from '@casare/shared';
import type { Page } from '../fleet-requests.ts';
import { isLiveOnly } from './event-order.ts';

/** What a job list was asked for; the same rules as `GET /jobs`. */
export interface JobFilter {
  state?: string;
  workflowId?: string;
  robotId?: string;
  search?: string;
  deadLetter?: 'true' | 'false';
}

/** The job an event shows whole; undefined for other events and for jobs that are gone. */
export function jobOf(event: FleetEvent): Job | undefined {
  return event.type.startsWith('job.') && 'state' in event.data ? (event.data as unknown as Job) : undefined;
}

function robotOf(event: FleetEvent): Robot | undefined {
  return event.type.startsWith('robot.') && 'state' in event.data ? (event.data as unknown as Robot) : undefined;
}

export function metricsOf(event: FleetEvent): FleetMetrics | undefined {
  return event.type === 'queue.metrics' && 'jobs' in event.data ? (event.data as unknown as FleetMetrics) : undefined;
}

export function jobFits(job: Job, filter: JobFilter): boolean {
  if (filter.state && !(filter.state.split(',') as JobState[]).includes(job.state)) return false;
  if (filter.workflowId && job.workflowId !== filter.workflowId) return false;
  if (filter.robotId && job.robotId !== filter.robotId) return false;
  if (filter.deadLetter && String(job.deadLetter) !== filter.deadLetter) return false;
  if (!filter.search) return true;
  const wanted = filter.search.toLowerCase();
  return [job.workflowName, job.reference, job.error?.message, job.id].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

/** Figures are read apart from the stored events and may come after one that is newer: they never change what a state says. */
function sameStage(known: Job, figures: Job): boolean {
  return known.id === figures.id && known.state === figures.state && known.attempt === figures.attempt;
}

function withFigures(pages: readonly Page<Job>[], job: Job): Page<Job>[] {
  return pages.map((page) =>
    page.items.some((row) => sameStage(row, job))
      ? { ...page, items: page.items.map((row) => (sameStage(row, job) ? job : row)) }
      : page,
  );
}

/** A job list after an event: a known row changes in place, one that no longer fits goes, a new one that fits stands on top. */
export function applyToJobPages(pages: readonly Page<Job>[], event: FleetEvent, filter: JobFilter): Page<Job>[] {
  const job = jobOf(event);
  const gone = event.type.startsWith('job.') && !job ? event.data.id : undefined;
  if (gone !== undefined) return pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== gone) }));
  if (!job) return [...pages];
  if (isLiveOnly(event)) return withFigures(pages, job);
  const fits = jobFits(job, filter);
  if (pages.some((page) => page.items.some((row) => row.id === job.id))) {
    return pages.map((page) => {
      if (!page.items.some((row) => row.id === job.id)) return page;
      const items = fits
        ? page.items.map((row) => (row.id === job.id ? job : row))
        : page.items.filter((row) => row.id !== job.id);
      return { ...page, items };
    });
  }
  const [first, ...rest] = pages;
  if (!fits || !first) return [...pages];
  const at = first.items.findIndex((row) => row.createdAt <= job.createdAt);
  // Older than everything on the first page: it belongs to a page further down, or to one that is not loaded yet.
  if (at === -1 && (first.nextCursor !== null || first.items.length > 0)) return [...pages];
  return [{ ...first, items: first.items.toSpliced(at === -1 ? 0 : at, 0, job) }, ...rest];
}

export function applyToRobots(robots: readonly Robot[], event: FleetEvent): Robot[] {
  const robot = robotOf(event);
  if (!robot)
    return event.type.startsWith('robot.') ? robots.filter((known) => known.id !== event.data.id) : [...robots];
  const figures = isLiveOnly(event);
  if (robots.some((known) => known.id === robot.id))
    return robots.map((known) => (known.id !== robot.id ? known : figures ? { ...robot, state: known.state } : robot));
  return figures ? [...robots] : [...robots, robot];
}

export function applyToJob(job: Job, event: FleetEvent): Job {
  const changed = jobOf(event);
  if (changed?.id !== job.id) return job;
  return isLiveOnly(event) && !sameStage(job, changed) ? job : changed;
}
