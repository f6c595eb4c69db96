import { expect, test } from 'vitest';
import { jsonRows, pathText } from '../../../studio/ui/json-rows.ts';

const value = { rows: [{ 'odd key': 1 }, { 'odd key': 2 }], done: true };

test('only what is open is listed', () => {
  expect(jsonRows(value, () => false).map((row) => row.id)).toEqual(['$']);
  expect(jsonRows(value, (_, depth) => depth < 1).map((row) => row.id)).toEqual(['$', '$.rows', '$.done']);
  expect(jsonRows(value, () => true)).toHaveLength(7);
});

test('a place is named so that it is not mixed up with another', () => {
  expect(pathText(['rows', 0, 'odd key'])).toBe('$.rows[0]["odd key"]');
  expect(pathText(['rows', '0'])).not.toBe(pathText(['rows', 0]));
});

test('a long list shows a window of it and says how much is left', () => {
  const long = Array.from({ length: 1200 }, (_, i) => i);
  const rows = jsonRows(long, () => true);
  expect(rows).toHaveLength(1 + 500 + 1);
  expect(rows.at(-1)).toMatchObject({ kind: 'more', count: 700, value: 1000 });
  expect(jsonRows(long, () => true, new Map([['$', 1200]]))).toHaveLength(1201);
});
