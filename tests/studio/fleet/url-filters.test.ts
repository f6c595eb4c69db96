import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JOB_STATES, jobListQuerySchema } from '@casare/shared';
import {
  readJobsSearch,
  readRobotsSearch,
  ROBOT_STATES,
  toggleInList,
  toJobFilter,
  writeList,
} from '../../../studio/fleet/url-filters.ts';

/** Into the address and back, as the router does it. */
const throughAddress = (search: object) => defaultParseSearch(defaultStringifySearch({ ...search }));
const words = fc.string({ minLength: 1, maxLength: 40 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

test('every filter of the jobs survives the address', () => {
  fc.assert(
    fc.property(
      fc.record({
        state: maybe(fc.subarray([...JOB_STATES], { minLength: 1 }).map(writeList)),
        workflow: maybe(fc.uuid()),
        robot: maybe(fc.uuid()),
        q: maybe(words),
        job: maybe(fc.uuid()),
      }),
      (search) => {
        const clean = readJobsSearch(search);
        expect(readJobsSearch(throughAddress(clean))).toEqual(clean);
      },
    ),
  );
});

test('every filter of the robots survives the address', () => {
  fc.assert(
    fc.property(
      fc.record({
        state: maybe(fc.subarray([...ROBOT_STATES], { minLength: 1 }).map(writeList)),
        capability: maybe(words),
        q: maybe(words),
        view: maybe(fc.constant('grid')),
        sort: maybe(fc.constantFrom('name', '-cpu')),
        robot: maybe(fc.uuid()),
      }),
      (search) => {
        const clean = readRobotsSearch(search);
        expect(readRobotsSearch(throughAddress(clean))).toEqual(clean);
      },
    ),
  );
});

test('what is not a filter, or is empty, is left out', () => {
  expect(readJobsSearch({ state: 'failed,nonsense', q: '', workflow: { a: 1 }, other: 'x' })).toEqual({
    state: 'failed',
  });
  expect(readRobotsSearch({ view: 'list' })).toEqual({});
});

test('a search for a number stays a text', () => {
  expect(readJobsSearch(throughAddress({ q: '4711' })).q).toBe('4711');
  expect(readJobsSearch(defaultParseSearch('?q=4711')).q).toBe('4711');
});

test('states are toggled one by one and keep one order', () => {
  const one = toggleInList(undefined, 'failed', JOB_STATES);
  const two = toggleInList(one, 'pending', JOB_STATES);
  expect(two).toBe('pending,failed');
  expect(toggleInList(toggleInList(two, 'pending', JOB_STATES), 'failed', JOB_STATES)).toBeUndefined();
});

test('the filter is a query the orchestrator takes, without the opened row', () => {
  const id = '0198c7a2-0000-7000-8000-000000000001';
  const filter = toJobFilter({ state: 'failed', workflow: id, robot: id, q: 'INV', job: id });
  expect(filter).toEqual({ state: 'failed', workflowId: id, robotId: id, search: 'INV' });
  expect(jobListQuerySchema.parse(filter)).toMatchObject(filter);
});
