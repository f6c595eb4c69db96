import { expect, test } from 'vitest';
import { postOne } from '../robot/flows.ts';
import { startTestFleet } from '../support/fleet.ts';

const JOBS = 50;

test(`two robots share ${JOBS} jobs, each of which happens once`, async () => {
  await using fleet = await startTestFleet();
  const names = ['left', 'right'];
  for (const name of names) await fleet.startRobot({ name });
  const numbers = Array.from({ length: JOBS }, (_, n) => n);
  const jobs = await fleet.submitMany(
    postOne(),
    numbers.map((n) => ({ n })),
  );
  const ended = await Promise.all(jobs.map(({ id }) => fleet.ended(id, 500)));
  expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['completed']));
  expect(new Set(ended.map(({ robotName }) => robotName))).toEqual(new Set(names));
  expect(fleet.ledger.effects.map(({ body }) => Number(body)).toSorted((a, b) => a - b)).toEqual(numbers);
});
