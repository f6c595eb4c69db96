import type { FleetMetrics } from '@casare/shared';
import { expect, test } from 'vitest';
import { findAlerts } from '../../../../studio/fleet/overview/find-alerts.ts';
import { aRobot } from '../live/rows.ts';

const quiet: FleetMetrics = {
  robots: { total: 1, online: 1, busy: 0, offline: 0 },
  jobs: { pending: 0, running: 0, waiting: 0, decisions: 0, completed: 5, failed: 1, cancelled: 0, deadLetters: 0 },
  tasks: { open: 0 },
  oldestPendingSeconds: null,
  lastHour: [],
};
const kinds = (metrics: FleetMetrics | undefined, robots = [aRobot()]) =>
  findAlerts(metrics, robots).map((alert) => alert.kind);

test('a fleet that is well has no alerts, and neither has one that is not loaded yet', () => {
  expect(kinds(quiet)).toEqual([]);
  expect(kinds(undefined, [])).toEqual([]);
});

test('pending jobs without a robot come first', () => {
  const metrics = {
    ...quiet,
    robots: { ...quiet.robots, online: 0 },
    jobs: { ...quiet.jobs, pending: 2, deadLetters: 1 },
  };
  expect(kinds(metrics, [aRobot({ state: 'offline' })])).toEqual(['noRobots', 'deadLetters', 'offline']);
});

test('an offline robot raises no alarm about its last CPU or disk', () => {
  expect(kinds(quiet, [aRobot({ state: 'offline', cpuPercent: 99, diskFreeMb: 1 })])).toEqual(['offline']);
});

test('old pending jobs, waiting jobs, full disks and busy CPUs are told', () => {
  const metrics = {
    ...quiet,
    jobs: { ...quiet.jobs, waiting: 3, decisions: 1 },
    tasks: { open: 2 },
    oldestPendingSeconds: 301,
  };
  expect(kinds(metrics, [aRobot({ diskFreeMb: 10 }), aRobot({ cpuPercent: 95 })])).toEqual([
    'oldPending',
    'disk',
    'cpu',
    'waiting',
    'tasks',
  ]);
});
