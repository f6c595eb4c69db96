import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectEachStepOnce } from '../robot/expect-once.ts';
import { postItems } from '../robot/flows.ts';
import { startTestFleet } from '../support/fleet.ts';

const KILLS = 60;
const JOBS = 12;
const ITEMS = 40;

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test(`${KILLS} kills of a robot at arbitrary moments lose nothing and repeat no finished step`, {
  timeout: 900_000,
}, async () => {
  await using fleet = await startTestFleet();
  const random = seeded(20_261_121);
  fleet.ledger.delay(20);
  const jobs = await fleet.submitMany(
    postItems(ITEMS),
    Array.from({ length: JOBS }, () => ({})),
  );
  let robot = await fleet.startRobot({ name: 'unlucky', maxJobs: 2 });
  const { dataFolder } = robot;
  for (let kill = 0; kill < KILLS; kill++) {
    // The moment of the kill is the very thing that varies here: there is no condition to wait for.
    await sleep(100 + random() * 1500);
    await robot.kill();
    robot = await fleet.startRobot({ name: 'unlucky', dataFolder, maxJobs: 2 });
  }
  fleet.ledger.delay(0);
  for (const job of jobs) {
    expect(await fleet.ended(job.id, 300)).toMatchObject({ state: 'completed', output: { count: ITEMS } });
    expectEachStepOnce(await fleet.steps(job.id));
  }
  expect(fleet.ledger.done('/items')).toHaveLength(JOBS * ITEMS);
  await robot.stop(20_000);
});
