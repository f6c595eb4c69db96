import { JOB_STATES, type RobotState, TASK_STATES } from '@casare/shared';
import type { JobFilter } from './live/apply-event.ts';
import type { TaskFilter } from './tasks/use-tasks.ts';

/** Filters, sort and opened row live in the address: Back restores them and a link shows another person the same. */
export interface JobsSearch {
  /** Comma separated states. */
  state?: string;
  workflow?: string;
  robot?: string;
  q?: string;
  /** The job whose details are open. */
  job?: string;
}
export interface RobotsSearch {
  state?: string;
  capability?: string;
  q?: string;
  view?: 'grid';
  /** Column, with `-` in front for descending. */
  sort?: string;
  robot?: string;
}
export interface WorkflowsSearch {
  q?: string;
  workflow?: string;
}
export interface TasksSearch {
  /** Comma separated states, or `all`; without it only open ones are shown. */
  state?: string;
  workflow?: string;
  q?: string;
  /** The task that is open for answering. */
  task?: string;
}
export interface DeadLettersSearch {
  q?: string;
  job?: string;
}

export const ROBOT_STATES: readonly RobotState[] = [
  'idle',
  'busy',
  'paused',
  'draining',
  'starting',
  'stopping',
  'offline',
];

export type Raw = Record<string, unknown>;

// The router reads `q=42` as a number; an empty filter is none.
export function text(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  const read =
    typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return read === '' ? undefined : read.slice(0, 200);
}

/** The known ones of a comma separated list, in the order given; undefined when none is left. */
export function readList<T extends string>(value: string | undefined, known: readonly T[]): T[] {
  const wanted = new Set((value ?? '').split(','));
  return known.filter((item) => wanted.has(item));
}

export function writeList(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : items.join(',');
}

/** Adds or takes away one entry of a comma separated list. */
export function toggleInList<T extends string>(
  value: string | undefined,
  item: T,
  known: readonly T[],
): string | undefined {
  const current = readList(value, known);
  return writeList(
    current.includes(item)
      ? current.filter((other) => other !== item)
      : known.filter((other) => other === item || current.includes(other)),
  );
}

export function defined<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export function readJobsSearch(raw: Raw): JobsSearch {
  return defined({
    state: writeList(readList(text(raw, 'state'), JOB_STATES)),
    workflow: text(raw, 'workflow'),
    robot: text(raw, 'robot'),
    q: text(raw, 'q'),
    job: text(raw, 'job'),
  });
}

export function readRobotsSearch(raw: Raw): RobotsSearch {
  return defined({
    state: writeList(readList(text(raw, 'state'), ROBOT_STATES)),
    capability: text(raw, 'capability'),
    q: text(raw, 'q'),
    view: raw.view === 'grid' ? 'grid' : undefined,
    sort: text(raw, 'sort'),
    robot: text(raw, 'robot'),
  } satisfies RobotsSearch);
}

export function readWorkflowsSearch(raw: Raw): WorkflowsSearch {
  return defined({ q: text(raw, 'q'), workflow: text(raw, 'workflow') });
}

export function readTasksSearch(raw: Raw): TasksSearch {
  const state = text(raw, 'state');
  return defined({
    state: state === 'all' ? state : writeList(readList(state, TASK_STATES)),
    workflow: text(raw, 'workflow'),
    q: text(raw, 'q'),
    task: text(raw, 'task'),
  });
}

/** What the list of tasks is asked for; the opened task is no part of it. */
export function toTaskFilter({ state = 'open', workflow, q }: TasksSearch): TaskFilter {
  return defined({ state: state === 'all' ? undefined : state, workflowId: workflow, search: q });
}

export function readDeadLettersSearch(raw: Raw): DeadLettersSearch {
  return defined({ q: text(raw, 'q'), job: text(raw, 'job') });
}

/** What the list of jobs is asked for; the opened job is no part of it. */
export function toJobFilter(search: JobsSearch): JobFilter {
  return defined({ state: search.state, workflowId: search.workflow, robotId: search.robot, search: search.q });
}
