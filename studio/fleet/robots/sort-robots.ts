import type { Robot } from '@casare/shared';
import type { SortOrder } from '../../ui/VirtualTable.tsx';
import { type RobotsSearch, ROBOT_STATES, readList } from '../url-filters.ts';

const VALUES: Record<string, (robot: Robot) => string | number> = {
  name: (robot) => robot.name.toLowerCase(),
  state: (robot) => ROBOT_STATES.indexOf(robot.state),
  jobs: (robot) => robot.runningJobs / robot.maxConcurrentJobs,
  cpu: (robot) => robot.cpuPercent ?? -1,
  memory: (robot) => robot.memoryPercent ?? -1,
  heartbeat: (robot) => (robot.lastHeartbeatAt === null ? 0 : new Date(robot.lastHeartbeatAt).getTime()),
};

/** `-cpu` is by CPU, highest first. */
export function readSort(text: string | undefined): SortOrder {
  const direction = text?.startsWith('-') ? 'desc' : 'asc';
  const by = text?.replace(/^-/, '') ?? 'name';
  return Object.hasOwn(VALUES, by) ? { by, direction } : { by: 'name', direction: 'asc' };
}

export function writeSort(sort: SortOrder): string | undefined {
  if (sort.by === 'name' && sort.direction === 'asc') return undefined;
  return `${sort.direction === 'desc' ? '-' : ''}${sort.by}`;
}

/** The robots a search shows. Ties are broken by name, so that equal rows never change places. */
export function shownRobots(robots: readonly Robot[], search: RobotsSearch): Robot[] {
  const states = readList(search.state, ROBOT_STATES);
  const words = search.q?.toLowerCase();
  const { by, direction } = readSort(search.sort);
  const value = VALUES[by] ?? (() => 0);
  const sign = direction === 'desc' ? -1 : 1;
  return robots
    .filter((robot) => states.length === 0 || states.includes(robot.state))
    .filter((robot) => !search.capability || robot.capabilities.includes(search.capability))
    .filter(
      (robot) =>
        !words || [robot.name, robot.hostname, ...robot.tags].some((text) => text.toLowerCase().includes(words)),
    )
    .toSorted((a, b) => sign * compare(value(a), value(b)) || compare(a.name, b.name) || compare(a.id, b.id));
}

export function allCapabilities(robots: readonly Robot[]): string[] {
  return [...new Set(robots.flatMap((robot) => robot.capabilities))].toSorted();
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
