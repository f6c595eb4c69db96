import { expect, test } from 'vitest';
import { findRoots } from '@casare/shared';

const found = (source: string) =>
  findRoots(source)?.map(({ root, names, start, end }) => [[root, ...names].join('|'), source.slice(start, end)]);

test('what names a thing is told from what is taken of it', () => {
  expect(found("vars.total.x + steps['a b'].output.rows[0].y + input?.name")).toEqual([
    ['vars|total', 'vars.total'],
    ['steps|a b|output', "steps['a b'].output"],
    ['input|name', 'input?.name'],
  ]);
  expect(found('vars[item.key]')).toEqual([
    ['vars', 'vars'],
    ['item', 'item'],
  ]);
});

test('names in texts, fields and of arrow functions are none', () => {
  expect(found('"vars.a" + list(1).item + input.rows.map(item => item.x + index)')).toEqual([
    ['input|rows', 'input.rows'],
    ['index', 'index'],
  ]);
  expect(found('{ item: 1, vars: error.code }')).toEqual([['error', 'error']]);
});

test('a name alone in an object is its key as well', () => {
  expect(findRoots('({ item })')).toEqual([{ root: 'item', names: [], start: 3, end: 7, shorthand: true }]);
});

test('what is no expression has none', () => {
  expect(findRoots('1 +')).toBeUndefined();
  expect(findRoots('a b')).toBeUndefined();
});
