import type { FleetMetrics, Robot } from '@casare/shared';

/** A pending job older than this is worth a look. */
const OLD_PENDING_S = 300;
const BUSY_CPU_PERCENT = 90;
const LOW_DISK_MB = 1024;

export type Alert =
  | { kind: 'noRobots' }
  | { kind: 'offline'; robot: Robot }
  | { kind: 'deadLetters'; count: number }
  | { kind: 'oldPending'; seconds: number }
  | { kind: 'tasks'; count: number }
  | { kind: 'waiting'; count: number }
  | { kind: 'cpu'; robot: Robot; percent: number }
  | { kind: 'disk'; robot: Robot; freeMb: number };

/** What a person should look at, the gravest first. */
export function findAlerts(metrics: FleetMetrics | undefined, robots: readonly Robot[]): Alert[] {
  const alerts: Alert[] = [];
  const online = robots.filter((robot) => robot.state !== 'offline');
  if (metrics && metrics.robots.online === 0 && metrics.jobs.pending > 0) alerts.push({ kind: 'noRobots' });
  if (metrics && metrics.jobs.deadLetters > 0) alerts.push({ kind: 'deadLetters', count: metrics.jobs.deadLetters });
  if (metrics?.oldestPendingSeconds && metrics.oldestPendingSeconds > OLD_PENDING_S)
    alerts.push({ kind: 'oldPending', seconds: metrics.oldestPendingSeconds });
  for (const robot of robots) if (robot.state === 'offline') alerts.push({ kind: 'offline', robot });
  for (const robot of online)
    if (robot.diskFreeMb !== null && robot.diskFreeMb < LOW_DISK_MB)
      alerts.push({ kind: 'disk', robot, freeMb: robot.diskFreeMb });
  for (const robot of online)
    if (robot.cpuPercent !== null && robot.cpuPercent > BUSY_CPU_PERCENT)
      alerts.push({ kind: 'cpu', robot, percent: robot.cpuPercent });
  if (metrics && metrics.jobs.decisions > 0) alerts.push({ kind: 'waiting', count: metrics.jobs.decisions });
  if (metrics && metrics.tasks.open > 0) alerts.push({ kind: 'tasks', count: metrics.tasks.open });
  return alerts;
}
