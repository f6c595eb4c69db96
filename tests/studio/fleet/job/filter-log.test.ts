import type { LogLine } from '@casare/shared';
import { expect, test } from 'vitest';
import { filterLog, logText, splitHits } from '../../../../studio/fleet/job/filter-log.ts';

const line = (seq: number, level: LogLine['level'], message: string, path?: string): LogLine => ({
  seq,
  at: 0,
  level,
  message,
  ...(path && { path }),
});
const lines = [
  line(1, 'debug', 'opened'),
  line(2, 'info', 'Booked invoice 7', 'each[1]/book'),
  line(3, 'error', 'no button'),
];

test('a level shows itself and what is graver', () => {
  expect(filterLog(lines, 'info', '').map(({ seq }) => seq)).toEqual([2, 3]);
  expect(filterLog(lines, 'error', '').map(({ seq }) => seq)).toEqual([3]);
});

test('all words must be there, in the message or the place', () => {
  expect(filterLog(lines, 'debug', 'INVOICE each[1]').map(({ seq }) => seq)).toEqual([2]);
  expect(filterLog(lines, 'debug', 'invoice nothing')).toEqual([]);
});

test('without a filter the list itself comes back, so that nothing is drawn again', () => {
  expect(filterLog(lines, 'debug', ' ')).toBe(lines);
});

test('hits are the odd pieces, and signs of patterns are plain text', () => {
  expect(splitHits('a (b) c', '(b)')).toEqual(['a ', '(b)', ' c']);
  expect(splitHits('abc', '')).toEqual(['abc']);
});

test('a copied line says when, how grave, where and what', () => {
  expect(logText({ ...line(1, 'warn', 'slow', 'open'), data: { ms: 5 } })).toBe(
    '1970-01-01T00:00:00.000Z WARN  open slow {"ms":5}',
  );
});
