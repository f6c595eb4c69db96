import { AppError } from '@casare/shared';
import { expect, test } from 'vitest';
import { limitFailures } from '../../../orchestrator/keys/failure-limit.ts';
import { makeKey } from '../../../orchestrator/keys/key-format.ts';
import type { Caller, Callers } from '../../../orchestrator/keys/verify.ts';
import { caller, register, startFleet } from '../fleet.ts';

const right = makeKey('test', 'robot').key;
const wrong = () => makeKey('test', 'robot').key;

/** Knows one key; each look-up takes until `answer` is called, or none at all. */
function oneKey(): Callers & { lookUps: number } {
  const keys = {
    lookUps: 0,
    async verify(key: string | undefined) {
      keys.lookUps++;
      await Promise.resolve();
      if (key === right) return { keyId: 'right' } as Caller;
      throw new AppError('UNAUTHENTICATED', 'A valid key is needed.');
    },
    forget: () => {},
  };
  return keys;
}

const codeOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'in',
    (error: unknown) => (error instanceof AppError ? error.code : 'another error'),
  );

test('ten wrong keys a minute from one address, then it has to wait; the minute over, it may try again', async () => {
  let now = 1000;
  const keys = limitFailures(oneKey(), 10, () => now);
  for (let i = 0; i < 10; i++) expect(await codeOf(keys.verify(wrong(), '10.0.0.1'))).toBe('UNAUTHENTICATED');
  expect(await codeOf(keys.verify(wrong(), '10.0.0.1'))).toBe('RATE_LIMITED');
  expect(await codeOf(keys.verify(undefined, '10.0.0.1'))).toBe('RATE_LIMITED');
  await expect(keys.verify(wrong(), '10.0.0.1')).rejects.toMatchObject({ details: { retryAfter: 60 } });
  expect(await codeOf(keys.verify(wrong(), '10.0.0.2'))).toBe('UNAUTHENTICATED');
  now += 60_001;
  expect(await codeOf(keys.verify(wrong(), '10.0.0.1'))).toBe('UNAUTHENTICATED');
});

test('guesses for one key are counted wherever they come from, and its owner gets in all the same', async () => {
  const keys = limitFailures(oneKey(), 10);
  const guess = wrong();
  for (let i = 0; i < 10; i++) expect(await codeOf(keys.verify(guess, `10.0.1.${i}`))).toBe('UNAUTHENTICATED');
  expect(await codeOf(keys.verify(guess, '10.0.1.99'))).toBe('RATE_LIMITED');
  for (let i = 0; i < 20; i++) await codeOf(keys.verify(wrong(), '10.0.0.1'));
  // From the very address that guessed.
  for (let i = 0; i < 100; i++) expect(await codeOf(keys.verify(right, '10.0.0.1'))).toBe('in');
});

test('a flood from an address that has to wait costs few look-ups at a time', async () => {
  const known = oneKey();
  const keys = limitFailures(known, 10);
  for (let i = 0; i < 10; i++) await codeOf(keys.verify(wrong(), '10.0.0.1'));
  known.lookUps = 0;
  const answers = await Promise.all(Array.from({ length: 200 }, () => codeOf(keys.verify(wrong(), '10.0.0.1'))));
  expect(new Set(answers)).toEqual(new Set(['RATE_LIMITED']));
  expect(known.lookUps).toBeLessThanOrEqual(4);
  // Others do not queue behind it.
  expect(await codeOf(keys.verify(right, '10.0.0.2'))).toBe('in');
});

test('through the API: who guesses is told how long to wait, robots beside it work on', async () => {
  await using fleet = await startFleet({ wrongKeysPerMinute: 10 });
  const robot = await register(fleet.robot);
  const guess = caller(fleet.url, wrong());
  const answers: number[] = [];
  for (let i = 0; i < 12; i++) answers.push((await guess('GET', '/me')).status);
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  expect(Number((await guess('GET', '/me')).headers.get('retry-after'))).toBeGreaterThan(30);
  const polls = await Promise.all(Array.from({ length: 100 }, () => robot.claim()));
  expect(polls.flat()).toEqual([]);
  expect((await fleet.admin('GET', '/me')).status).toBe(200);
});
