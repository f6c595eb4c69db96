import { expect, test } from 'vitest';
import { formatAge, formatDuration } from '../../../studio/format/duration.ts';
import { formatMegabytes, formatPercent } from '../../../studio/format/size.ts';

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [999.4, '999 ms'],
  [4200, '4.2 s'],
  [9949, '9.9 s'],
  [9960, '10 s'],
  [59_600, '1 min 00 s'],
  [65_000, '1 min 05 s'],
  [7_380_000, '2 h 03 min'],
  [277_200_000, '3 d 5 h'],
  [-5, '–'],
  [Number.NaN, '–'],
])('%d ms is written as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-4000, 'now'],
  [2000, 'now'],
  [12_900, '12 s'],
  [240_000, '4 min'],
  [10_800_000, '3 h'],
  [200_000_000, '2 d'],
])('%d ms ago is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test('sizes and shares have their unit', () => {
  expect([formatMegabytes(512), formatMegabytes(8000), formatMegabytes(204_800)]).toEqual([
    '512 MB',
    '7.8 GB',
    '200 GB',
  ]);
  expect([formatPercent(41.7), formatPercent(null)]).toEqual(['42 %', '–']);
});
