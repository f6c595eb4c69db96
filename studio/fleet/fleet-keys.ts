import type { JobFilter } from './live/apply-event.ts';
import type { TaskFilter } from './tasks/use-tasks.ts';

/** Names of everything loaded from an orchestrator; `all` is the root of them. */
export const fleetKeys = {
  all: ['fleet'],
  me: ['fleet', 'me'],
  metrics: ['fleet', 'metrics'],
  robots: ['fleet', 'robots'],
  jobLists: ['fleet', 'jobs'],
  jobs: (filter: JobFilter) => ['fleet', 'jobs', filter],
  job: (id: string) => ['fleet', 'job', id],
  why: (id: string) => ['fleet', 'job', id, 'why'],
  /** Lists and single ones. */
  tasks: ['fleet', 'tasks'],
  taskList: (filter: TaskFilter) => ['fleet', 'tasks', 'list', filter],
  task: (id: string) => ['fleet', 'tasks', 'one', id],
  workflows: ['fleet', 'workflows'],
  versions: (id: string) => ['fleet', 'workflows', id, 'versions'],
  version: (id: string, version: number) => ['fleet', 'workflows', id, 'version', version],
  keys: ['fleet', 'keys'],
} as const;
