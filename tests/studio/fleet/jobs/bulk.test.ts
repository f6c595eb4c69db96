import { AppError } from '@casare/shared';
import { expect, test } from 'vitest';
import { eligible, runBulk } from '../../../../studio/fleet/jobs/bulk.ts';
import { aJob } from '../live/rows.ts';

test('only jobs that can be cancelled or retried are taken', () => {
  const jobs = [
    aJob({ state: 'running' }),
    aJob({ state: 'running', cancelRequested: true }),
    aJob({ state: 'failed' }),
    aJob({ state: 'completed' }),
    aJob({ state: 'cancelled' }),
  ];
  expect(eligible('cancel', jobs)).toEqual([jobs[0]]);
  expect(eligible('retry', jobs)).toEqual([jobs[2], jobs[4]]);
});

test('each job has its own result, and one failure stops nothing', async () => {
  const jobs = Array.from({ length: 20 }, () => aJob());
  const broken = jobs[3];
  const seen: number[] = [];
  const results = await runBulk(
    jobs,
    async (job) => {
      if (job === broken) throw new AppError('CONFLICT', 'It has ended already.');
    },
    (progress) => seen.push(progress.length),
  );
  expect(results).toHaveLength(20);
  expect(results.filter((result) => result.error).map((result) => [result.job, result.error?.code])).toEqual([
    [broken, 'CONFLICT'],
  ]);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});
