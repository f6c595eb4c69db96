import { expect, test } from 'vitest';
import { waitFor } from './wait-for.ts';

test('gives the first truthy answer back', async () => {
  let asked = 0;
  expect(await waitFor(() => (++asked === 3 ? 'ready' : undefined), { everyMs: 1 })).toBe('ready');
  expect(asked).toBe(3);
});

test('an assertion that fails at first is asked again', async () => {
  let value = 0;
  await waitFor(() => (expect(++value).toBe(3), true), { everyMs: 1 });
  expect(value).toBe(3);
});

test('the error says what was awaited and what was seen last', async () => {
  const waiting = waitFor(() => null, { until: 'the job is completed', timeoutMs: 30, everyMs: 5 });
  await expect(waiting).rejects.toThrow('Waited 30 ms until the job is completed. Last seen: null');
});
