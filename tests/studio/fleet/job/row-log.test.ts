import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRowLog } from '../../../../studio/fleet/job/row-log.ts';

const rows = (...seqs: number[]) => seqs.map((seq) => ({ seq }));
const seqs = (log: { rows: () => readonly { seq: number }[] }) => log.rows().map((row) => row.seq);

test('rows that are known already are left out', () => {
  const log = createRowLog();
  log.append(rows(1, 2, 3));
  expect(log.append(rows(2, 3, 4))).toBe(true);
  expect(seqs(log)).toEqual([1, 2, 3, 4]);
});

test('rows behind a gap are refused, and accepted once the gap is filled', () => {
  const log = createRowLog();
  log.append(rows(1, 2));
  expect(log.append(rows(5))).toBe(false);
  expect(log.lastSeq()).toBe(2);
  expect(log.append(rows(3, 4, 5))).toBe(true);
  expect(seqs(log)).toEqual([1, 2, 3, 4, 5]);
});

test('a batch with a gap in it is taken up to the gap', () => {
  const log = createRowLog();
  expect(log.append(rows(1, 2, 4))).toBe(false);
  expect(seqs(log)).toEqual([1, 2]);
});

test('the oldest rows go when the log is full, and are counted', () => {
  const log = createRowLog(3);
  log.append(rows(1, 2, 3, 4, 5));
  expect(seqs(log)).toEqual([3, 4, 5]);
  expect(log.dropped()).toBe(2);
  expect(log.lastSeq()).toBe(5);
});

test('however the rows are cut, doubled and mixed, loading after the last one ends with all of them in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 20 }), (cuts) => {
      const all = rows(...Array.from({ length: 30 }, (_, i) => i + 1));
      const log = createRowLog();
      for (const [a, b] of cuts) {
        const complete = log.append(all.slice(Math.min(a, b), Math.max(a, b)));
        if (!complete) log.append(all.slice(log.lastSeq()));
      }
      log.append(all.slice(log.lastSeq()));
      expect(seqs(log)).toEqual(all.map((row) => row.seq));
    }),
  );
});

test('listeners hear of new rows only', () => {
  const log = createRowLog();
  let calls = 0;
  const off = log.subscribe(() => (calls += 1));
  log.append(rows(1));
  log.append(rows(1));
  off();
  log.append(rows(2));
  expect(calls).toBe(1);
});
