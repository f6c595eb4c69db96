import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyExpression, hostState, tryExpression } from './expressions.ts';

// The attacks written by hand stand in tests/shared/expressions/escape-attempts.ts.

test('20,000 expressions by the grammar leave the host as it was, and none takes long', { timeout: 60_000 }, () => {
  const before = hostState();
  let [ran, slowest] = [0, 0];
  fc.assert(
    fc.property(anyExpression, (source) => {
      slowest = Math.max(slowest, tryExpression(source));
      ran++;
    }),
    { numRuns: 20_000 },
  );
  expect(ran).toBeGreaterThanOrEqual(20_000);
  expect(slowest).toBeLessThan(1000);
  expect(hostState()).toBe(before);
});

test.each([
  ['a row of 100,000 terms', '1'.concat('+1'.repeat(100_000))],
  ['brackets', `${'('.repeat(30_000)}1${')'.repeat(30_000)}`],
  ['lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['templates in templates', `${'`${'.repeat(20_000)}1${'}`'.repeat(20_000)}`],
  ['arrows', `[1].map(${'x => '.repeat(20_000)}1)`],
  ['a choice of choices', `${'1 ? '.repeat(20_000)}1`],
  ['signs', `${'!'.repeat(60_000)}1`],
  ['members', `vars${'.a'.repeat(30_000)}`],
  ['a text of 10 million characters', `'${'x'.repeat(10_000_000)}'`],
  ['texts that double', `[${'1,'.repeat(30)}1].reduce((a, x) => a + a, 'xxxxxxxxxxxxxxxx')`],
  ['lists that double', `[${'1,'.repeat(40)}1].reduce((a, x) => [a, a], [1])`],
  ['spreads that double', `[${'1,'.repeat(40)}1].reduce((a, x) => [...a, ...a], [1])`],
  ['objects that double', `[${'1,'.repeat(60)}1].reduce((a, x) => ({ a, b: a }), {})`],
  ['a power of powers', '9 ** 9 ** 9 ** 9'],
  ['repeat of repeat', "'x'.repeat(1e6).repeat(1e6)"],
  ['range of range', 'range(1e5).map(x => range(1e5))'],
  ['a product of lists', 'range(1000).flatMap(x => range(1000).flatMap(y => range(1000)))'],
  ['a sort that lies', "range(1e5).sort((a, b) => 'x'.repeat(1e5).length)"],
  ['joins', "range(1e5).map(x => 'x'.repeat(1000)).join('')"],
  ['JSON of JSON', "range(20).reduce((a, x) => JSON.stringify(a + a), 'x'.repeat(99))"],
])('%s ends soon', (_name, source) => {
  expect(tryExpression(source)).toBeLessThan(3000);
});
