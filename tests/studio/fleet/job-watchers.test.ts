import { expect, test } from 'vitest';
import { createJobWatchers } from '../../../studio/fleet/job-watchers.ts';

function watchers() {
  const calls: string[] = [];
  const made = createJobWatchers({
    watch: (id) => calls.push(`watch ${id}`),
    unwatch: (id) => calls.push(`unwatch ${id}`),
  });
  return { ...made, calls };
}

test('a job is watched once however many follow it, and left when the last one goes', () => {
  const { follow, calls } = watchers();
  const first = follow('a', () => undefined);
  const second = follow('a', () => undefined);
  first();
  first();
  expect(calls).toEqual(['watch a']);
  second();
  expect(calls).toEqual(['watch a', 'unwatch a']);
});

test('a stream reaches who follows that job, and nobody else', () => {
  const { follow, deliver } = watchers();
  const got: string[] = [];
  follow('a', (stream) => got.push(`one ${stream.jobId}`));
  follow('b', (stream) => got.push(`two ${stream.jobId}`));
  deliver({ jobId: 'a', steps: [], logs: [] });
  expect(got).toEqual(['one a']);
});

test('after a new connection it is known what has to be watched again', () => {
  const { follow, jobIds } = watchers();
  const off = follow('a', () => undefined);
  follow('b', () => undefined);
  off();
  expect(jobIds()).toEqual(['b']);
});
