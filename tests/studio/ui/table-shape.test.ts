import { expect, test } from 'vitest';
import { cellText, tableColumns } from '../../../studio/ui/table-shape.ts';

test('the columns are the keys of all rows, in the order first seen', () => {
  expect(tableColumns([{ a: 1 }, { b: 2, a: 3 }])).toEqual(['a', 'b']);
});

test('what is not a list of objects is no table', () => {
  expect([
    tableColumns([]),
    tableColumns([1]),
    tableColumns([[1]]),
    tableColumns({ a: 1 }),
    tableColumns([{}]),
    tableColumns([null]),
  ]).toEqual(Array.from({ length: 6 }));
});

test('a cell is one line and not endless', () => {
  expect([cellText(undefined), cellText(null), cellText({ a: [1] })]).toEqual(['', 'null', '{"a":[1]}']);
  expect(cellText('x'.repeat(5000))).toHaveLength(201);
});
