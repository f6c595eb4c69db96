import { AppError } from '@casare/shared';
import { expect, test } from 'vitest';
import { createAttemptLimit } from '../../../orchestrator/people/attempt-limit.ts';

const unknown = () => Promise.resolve(false);
const known = () => Promise.resolve(true);

function limited() {
  const clock = { now: 1000 };
  const limit = createAttemptLimit(10, () => clock.now);
  const fail = async (address: string, account = 'ann@example.com', isKnown = unknown) => {
    try {
      await limit.begin(address, account, isKnown);
      return 'tried';
    } catch (error) {
      return error instanceof AppError ? error.details['retryAfter'] : error;
    }
  };
  return { clock, limit, fail };
}

test('ten failures a minute from one address, whosever accounts they are; then it waits the minute out', async () => {
  const { clock, fail } = limited();
  for (let n = 0; n < 10; n++) expect(await fail('10.0.0.1', `${n}@example.com`)).toBe('tried');
  expect(await fail('10.0.0.1')).toBe(60);
  expect(await fail('10.0.0.2')).toBe('tried');
  clock.now += 59_001;
  expect(await fail('10.0.0.1')).toBe(1);
  clock.now += 1000;
  expect(await fail('10.0.0.1')).toBe('tried');
});

test('a hundred failures of one account from many addresses, and its owner comes in where they have been before', async () => {
  const { fail } = limited();
  for (let n = 0; n < 100; n++) expect(await fail(`10.0.1.${n}`)).toBe('tried');
  expect(await fail('10.0.2.1')).toBe(60);
  expect(await fail('10.0.2.2', 'ann@example.com', known)).toBe('tried');
  expect(await fail('10.0.2.1', 'bob@example.com')).toBe('tried');
});

test('what turned out right does not count', async () => {
  const { limit, fail } = limited();
  for (let n = 0; n < 50; n++) (await limit.begin('10.0.0.1', 'ann@example.com', unknown)).succeeded();
  expect(await fail('10.0.0.1')).toBe('tried');
});

test('a network of IPv6 counts as one address, an IPv4 address in IPv6 as itself', async () => {
  const { fail } = limited();
  for (let n = 0; n < 10; n++) await fail(`2001:db8:0:7::${n.toString(16)}`);
  expect(await fail('2001:0db8:0000:0007:ffff:ffff:ffff:ffff')).toBe(60);
  expect(await fail('2001:db8:0:8::1')).toBe('tried');
  for (let n = 0; n < 10; n++) await fail('::ffff:10.0.0.1');
  expect(await fail('::ffff:10.0.0.1')).toBe(60);
  expect(await fail('::ffff:10.0.0.2')).toBe('tried');
});

test('many addresses push out the oldest, not all', async () => {
  const { fail } = limited();
  for (let n = 0; n < 10; n++) await fail('10.1.0.0', 'first@example.com');
  for (let n = 0; n < 9000; n++) await fail(`10.2.${n >> 8}.${n & 255}`, `${n}@example.com`);
  expect(await fail('10.1.0.0')).toBe(60);
});
