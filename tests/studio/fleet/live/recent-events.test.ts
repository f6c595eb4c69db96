import { expect, test } from 'vitest';
import type { Job } from '@casare/shared';
import { applyToJob } from '../../../../studio/fleet/live/apply-event.ts';
import { createRecentEvents, loadCaughtUp } from '../../../../studio/fleet/live/recent-events.ts';
import { aJob, anEvent } from './rows.ts';

test('what happened while a snapshot was under way is applied to it', async () => {
  const recent = createRecentEvents();
  const job = aJob({ state: 'pending' });
  recent.add(anEvent(1, 'job.created', job));
  const loaded = await loadCaughtUp<Job>(
    recent,
    async () => {
      recent.add(anEvent(2, 'job.claimed', { ...job, state: 'running' }));
      recent.add(anEvent(3, 'job.completed', { ...job, state: 'completed' }));
      return job;
    },
    applyToJob,
  );
  expect(loaded.state).toBe('completed');
});

test('what happened before the request is in the snapshot and is not applied again', async () => {
  const recent = createRecentEvents();
  const job = aJob();
  recent.add(anEvent(1, 'job.claimed', { ...job, state: 'running' }));
  const loaded = await loadCaughtUp<Job>(recent, async () => ({ ...job, state: 'failed' }), applyToJob);
  expect(loaded.state).toBe('failed');
});

test('a snapshot that more events than are kept overtook is loaded again', async () => {
  const recent = createRecentEvents(10);
  let loads = 0;
  const loaded = await loadCaughtUp<number>(
    recent,
    async () => {
      loads += 1;
      if (loads === 1) for (let i = 0; i < 100; i++) recent.add(anEvent(i, 'job.progress', { id: String(i) }));
      return loads;
    },
    (snapshot) => snapshot,
  );
  expect(loads).toBe(2);
  expect(loaded).toBe(2);
});
