import { describe, expect, test } from 'vitest';
import type { Job } from '@casare/shared';
import type { Page } from '../../../../studio/fleet/fleet-requests.ts';
import { applyToJob, applyToJobPages, applyToRobots, jobFits } from '../../../../studio/fleet/live/apply-event.ts';
import { aJob, anEvent, aRobot } from './rows.ts';

const onePage = (items: Job[], nextCursor: string | null = null): Page<Job>[] => [{ items, nextCursor }];
const ids = (pages: Page<Job>[]) => pages.map((page) => page.items.map((job) => job.id));

describe('a list of jobs', () => {
  test('changes a known row in its place', () => {
    const [a, b] = [aJob(), aJob()];
    const pages = applyToJobPages(onePage([a, b]), anEvent(1, 'job.claimed', { ...b, state: 'running' }), {});
    expect(ids(pages)).toEqual([[a.id, b.id]]);
    expect(pages[0]?.items[1]?.state).toBe('running');
  });

  test('leaves the pages it does not touch as they are, so that nothing is drawn again', () => {
    const [a, b] = [aJob(), aJob()];
    const before = [...onePage([a], '1'), ...onePage([b])];
    const after = applyToJobPages(before, anEvent(1, 'job.claimed', { ...b, state: 'running' }), {});
    expect(after[0]).toBe(before[0]);
  });

  test('puts a new job on top', () => {
    const old = aJob({ createdAt: '2026-03-01T10:00:00.000Z' });
    const fresh = aJob({ createdAt: '2026-03-01T10:05:00.000Z' });
    expect(ids(applyToJobPages(onePage([old]), anEvent(1, 'job.created', fresh), {}))).toEqual([[fresh.id, old.id]]);
  });

  test('takes the first job into an empty list', () => {
    const fresh = aJob();
    expect(ids(applyToJobPages(onePage([]), anEvent(1, 'job.created', fresh), {}))).toEqual([[fresh.id]]);
  });

  test('a row that no longer fits the filter goes, one that begins to fit comes', () => {
    const job = aJob({ state: 'running' });
    const running = applyToJobPages(onePage([job]), anEvent(1, 'job.completed', { ...job, state: 'completed' }), {
      state: 'running',
    });
    expect(ids(running)).toEqual([[]]);
    const done = applyToJobPages(onePage([]), anEvent(1, 'job.completed', { ...job, state: 'completed' }), {
      state: 'completed,failed',
    });
    expect(ids(done)).toEqual([[job.id]]);
  });

  test('an old job that begins to fit stands by its age, not on top', () => {
    const rows = [aJob({ createdAt: '2026-03-01T12:00:00.000Z' }), aJob({ createdAt: '2026-03-01T08:00:00.000Z' })];
    const old = aJob({ createdAt: '2026-03-01T10:00:00.000Z', state: 'failed' });
    const pages = applyToJobPages(onePage(rows), anEvent(1, 'job.failed', old), {});
    expect(ids(pages)).toEqual([[rows[0]?.id, old.id, rows[1]?.id]]);
  });

  test('a job older than the loaded pages is not put where it does not belong', () => {
    const rows = [aJob({ createdAt: '2026-03-01T12:00:00.000Z' })];
    const old = aJob({ createdAt: '2026-02-01T10:00:00.000Z' });
    expect(ids(applyToJobPages(onePage(rows, 'more'), anEvent(1, 'job.requeued', old), {}))).toEqual([[rows[0]?.id]]);
  });

  test('a job that is gone leaves the list', () => {
    const job = aJob();
    expect(ids(applyToJobPages(onePage([job]), anEvent(1, 'job.cancelled', { id: job.id }), {}))).toEqual([[]]);
  });
});

test('a filter means in the page what it means on the server', () => {
  const job = aJob({ state: 'failed', workflowId: 'w', robotId: 'r', reference: 'INV-7', deadLetter: true });
  expect(
    jobFits(job, { state: 'failed,cancelled', workflowId: 'w', robotId: 'r', search: 'inv-7', deadLetter: 'true' }),
  ).toBe(true);
  expect(jobFits(job, { state: 'running' })).toBe(false);
  expect(jobFits(job, { workflowId: 'other' })).toBe(false);
  expect(jobFits(job, { robotId: 'other' })).toBe(false);
  expect(jobFits(job, { search: 'nothing like it' })).toBe(false);
  expect(jobFits(job, { deadLetter: 'false' })).toBe(false);
});

test('robots change in place, new ones come last, those that are gone go', () => {
  const [a, b] = [aRobot(), aRobot()];
  const changed = applyToRobots([a, b], anEvent(1, 'robot.state', { ...a, state: 'busy' }));
  expect(changed.map((robot) => [robot.id, robot.state])).toEqual([
    [a.id, 'busy'],
    [b.id, 'idle'],
  ]);
  const c = aRobot();
  expect(applyToRobots([a], anEvent(2, 'robot.registered', c)).map((robot) => robot.id)).toEqual([a.id, c.id]);
  expect(applyToRobots([a, b], anEvent(3, 'robot.lost', { id: a.id })).map((robot) => robot.id)).toEqual([b.id]);
});

describe('figures that are live only', () => {
  const running = aJob({ state: 'running', attempt: 1, progress: 0.2 });

  test('change the figures of a job in the same state and attempt', () => {
    const figures = anEvent(1, 'job.progress', { ...running, progress: 0.7 });
    expect(applyToJob(running, figures).progress).toBe(0.7);
    expect(applyToJobPages(onePage([running]), figures, { state: 'running' })[0]?.items[0]?.progress).toBe(0.7);
  });

  test('that were read before a job ended do not bring it back', () => {
    const late = anEvent(1, 'job.progress', running);
    const done = { ...running, state: 'completed' as const };
    expect(applyToJob(done, late)).toBe(done);
    expect(ids(applyToJobPages(onePage([]), late, { state: 'running' }))).toEqual([[]]);
    expect(applyToJobPages(onePage([done]), late, {})[0]?.items[0]?.state).toBe('completed');
  });

  test('of a robot never change its state, and no robot comes by them', () => {
    const robot = aRobot({ state: 'paused', cpuPercent: 10 });
    const beat = anEvent(1, 'robot.heartbeat', { ...robot, state: 'idle', cpuPercent: 60 });
    expect(applyToRobots([robot], beat)).toEqual([{ ...robot, cpuPercent: 60 }]);
    expect(applyToRobots([], beat)).toEqual([]);
  });
});
