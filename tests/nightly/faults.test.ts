import { expect, test } from 'vitest';
import { faults } from '../faults/cases/index.ts';
import { runMutations } from '../faults/mutations.ts';

const SEED = 20_261_121;

test.each(faults.filter(({ tier }) => tier === 'nightly').map((fault) => [fault.name, fault] as const))(
  '%s: every invariant holds afterwards',
  async (name, fault) => {
    const schedule: string[] = [];
    const ran = await fault.run({ seed: SEED, log: (line) => void schedule.push(line) });
    console.log(name, JSON.stringify({ kills: ran.kills, jobs: ran.jobs, ...ran.figures }));
    const { violations } = ran;
    expect({ violations, schedule: violations.length > 0 ? schedule : [] }).toEqual({ violations: [], schedule: [] });
  },
  1_800_000,
);

test('a guard that is taken out is missed by the tests', async () => {
  const results = await runMutations(console.log);
  expect(results.length).toBeGreaterThanOrEqual(10);
  expect(results.filter(({ caught }) => !caught)).toEqual([]);
}, 1_800_000);
