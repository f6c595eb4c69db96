import { expect, test } from 'vitest';
import { ORCHESTRATOR_FAILPOINTS } from '../../orchestrator/failpoint.ts';
import { ROBOT_FAILPOINTS } from '../../robot/failpoint.ts';
import { faults } from './cases/index.ts';

const SEED = 20_261_121;
const reached = new Set<string>();

test.each(faults.filter(({ tier }) => tier === 'every').map((fault) => [fault.name, fault] as const))(
  '%s: every invariant holds afterwards',
  async (_name, fault) => {
    const schedule: string[] = [];
    const { violations, labels } = await fault.run({ seed: SEED, log: (line) => void schedule.push(line) });
    expect({ violations, schedule: violations.length > 0 ? schedule : [] }).toEqual({ violations: [], schedule: [] });
    for (const label of labels) reached.add(label);
  },
  300_000,
);

test('every failpoint of robot and orchestrator was reached by them', () => {
  const missed = [...ROBOT_FAILPOINTS, ...ORCHESTRATOR_FAILPOINTS].filter((label) => !reached.has(label));
  expect(missed).toEqual([]);
});
