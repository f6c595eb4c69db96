import { expect, test } from 'vitest';
import { allCapabilities, readSort, shownRobots, writeSort } from '../../../../studio/fleet/robots/sort-robots.ts';
import { aRobot } from '../live/rows.ts';

const robots = [
  aRobot({ name: 'b', state: 'busy', cpuPercent: 50, capabilities: ['browser'], tags: ['night'] }),
  aRobot({ name: 'a', state: 'offline', cpuPercent: null, capabilities: ['browser', 'excel'] }),
  aRobot({ name: 'c', state: 'idle', cpuPercent: 50, hostname: 'vm-7' }),
];
const names = (search: Parameters<typeof shownRobots>[1]) => shownRobots(robots, search).map((robot) => robot.name);

test('robots stand by name unless asked otherwise', () => {
  expect(names({})).toEqual(['a', 'b', 'c']);
});

test('equal values are ordered by name, so that rows never change places for nothing', () => {
  expect(names({ sort: '-cpu' })).toEqual(['b', 'c', 'a']);
  expect(names({ sort: 'cpu' })).toEqual(['a', 'b', 'c']);
});

test('state, capability and words all have to fit', () => {
  expect(names({ state: 'busy,idle' })).toEqual(['b', 'c']);
  expect(names({ capability: 'excel' })).toEqual(['a']);
  expect(names({ q: 'NIGHT' })).toEqual(['b']);
  expect(names({ q: 'vm-7', state: 'offline' })).toEqual([]);
});

test('a sort survives the address, and nonsense is the default', () => {
  expect(readSort(writeSort({ by: 'cpu', direction: 'desc' }))).toEqual({ by: 'cpu', direction: 'desc' });
  expect(writeSort({ by: 'name', direction: 'asc' })).toBeUndefined();
  expect(readSort('constructor')).toEqual({ by: 'name', direction: 'asc' });
});

test('capabilities are offered once each, in order', () => {
  expect(allCapabilities(robots)).toEqual(['browser', 'excel']);
});
