import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;
const rows = [
  { shop: 'A', jan: 1, feb: 2 },
  { shop: 'B', jan: 3, feb: null },
];

describe('data.columns', () => {
  it('renames, keeps in order and removes', async () => {
    expect((await output('data.columns', { rows, rename: { shop: 'Shop' }, keep: ['feb', 'Shop'] })).rows).toEqual([
      { feb: 2, Shop: 'A' },
      { feb: null, Shop: 'B' },
    ]);
    expect((await output('data.columns', { rows, remove: ['jan'] })).columns).toEqual(['shop', 'feb']);
    expect(await bench.fail('data.columns', { rows, remove: ['mar'] })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(await bench.fail('data.columns', { rows, rename: { jan: 'feb' } })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
    expect((await output('data.columns', { rows, keep: ['shop', 'mar'], strict: false })).rows[0]).toEqual({
      shop: 'A',
      mar: null,
    });
  });
});

describe('data.addColumn', () => {
  it('computes from each row, also from columns made before', async () => {
    const made = await output('data.addColumn', {
      rows,
      columns: { twice: 'item.jan * 2', text: "item.shop + ':' + index", four: 'item.twice * 2' },
    });
    expect(made.rows[1]).toEqual({ shop: 'B', jan: 3, feb: null, twice: 6, text: 'B:1', four: 12 });
    expect(await bench.fail('data.addColumn', { rows, columns: { x: 'item.feb * 2' } })).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('Row 2'),
    });
    expect(await output('data.addColumn', { rows, columns: { x: 'item.feb * 2' }, onError: 'null' })).toMatchObject({
      rows: [{ x: 4 }, { x: null }],
      failed: 1,
    });
    expect(await bench.fail('data.addColumn', { rows, columns: { x: 'process.exit()' } })).toMatchObject({
      code: 'EXPRESSION_SYNTAX',
    });
  });
});

it('data.reshape turns columns into rows and exchanges both', async () => {
  const long = (
    await output('data.reshape', { rows, fixed: ['shop'], nameColumn: 'month', valueColumn: 'sales', skipEmpty: true })
  ).rows;
  expect(long).toEqual([
    { shop: 'A', month: 'jan', sales: 1 },
    { shop: 'A', month: 'feb', sales: 2 },
    { shop: 'B', month: 'jan', sales: 3 },
  ]);
  const wide = (
    await output('data.groupRows', {
      rows: long,
      by: ['shop'],
      pivot: 'month',
      aggregates: [{ name: 'sales', aggregate: 'sum', field: 'sales' }],
    })
  ).rows;
  expect(wide).toEqual([
    { shop: 'A', jan: 1, feb: 2 },
    { shop: 'B', jan: 3 },
  ]);
  expect((await output('data.reshape', { rows, operation: 'transpose', headerColumn: 'shop' })).rows).toEqual([
    { shop: 'jan', A: 1, B: 3 },
    { shop: 'feb', A: 2, B: null },
  ]);
});

it('data.fillMissing fills by value, from above, from below, or removes', async () => {
  const gaps = [
    { a: '', b: 1 },
    { a: 'x', b: null },
    { a: ' ', b: 3 },
  ];
  const a = async (params: object) =>
    (await output('data.fillMissing', { rows: gaps, ...params })).rows.map((row: { a: unknown }) => row.a);
  expect(await a({ value: 0 })).toEqual([0, 'x', 0]);
  expect(await a({ by: 'above' })).toEqual(['', 'x', 'x']);
  expect(await a({ by: 'below' })).toEqual(['x', 'x', ' ']);
  expect(await output('data.fillMissing', { rows: gaps, by: 'removeRow', columns: ['b'] })).toMatchObject({
    removed: 1,
  });
});

it('data.lookup adds columns and tells what was not found', async () => {
  const table = [
    { id: 'a ', name: 'Ada' },
    { id: 'A', name: 'second' },
  ];
  const made = await output('data.lookup', {
    rows: [{ key: 'A' }, { key: 'z' }],
    key: 'key',
    table,
    tableKey: 'id',
    ignoreCase: true,
    fallback: '?',
    prefix: 'customer ',
  });
  expect(made).toEqual({
    rows: [
      { key: 'A', 'customer name': 'Ada' },
      { key: 'z', 'customer name': '?' },
    ],
    missing: [{ key: 'z' }],
    found: 1,
  });
});

it('data.unionTables and data.pickRows', async () => {
  const union = await output('data.unionTables', { tables: [[{ a: 1 }], [{ b: 2 }]], sourceColumn: 'from' });
  expect(union.rows).toEqual([
    { a: 1, b: null, from: 1 },
    { a: null, b: 2, from: 2 },
  ]);
  expect(await bench.fail('data.unionTables', { tables: [[{ a: 1 }], [{ b: 2 }]], strict: true })).toMatchObject({
    code: 'DATA_FORMAT',
  });
  const many = Array.from({ length: 10 }, (_none, id) => ({ id }));
  const ids = async (params: object) =>
    (await output('data.pickRows', { rows: many, ...params })).rows.map((row: { id: number }) => row.id);
  expect(await ids({ count: 2 })).toEqual([0, 1]);
  expect(await ids({ operation: 'last', count: 2 })).toEqual([8, 9]);
  expect(await ids({ operation: 'range', start: 4, count: 2 })).toEqual([3, 4]);
  expect(new Set(await ids({ operation: 'sample', count: 4 })).size).toBe(4);
  expect(
    (await output('data.pickRows', { rows: many, operation: 'batches', count: 4 })).batches.map(
      (batch: unknown[]) => batch.length,
    ),
  ).toEqual([4, 4, 2]);
});

it('data.tableText and data.csvParse', async () => {
  const odd = [
    { name: '<b>&', n: 5 },
    { name: 'a|b\nc', n: -1 },
  ];
  expect((await output('data.tableText', { rows: odd })).text).toContain(
    '&lt;b&gt;&amp;</td><td style="border:1px solid #bbb;padding:4px 8px;text-align:right">5</td>',
  );
  expect((await output('data.tableText', { rows: odd, format: 'markdown' })).text).toBe(
    '| name | n |\n| --- | ---: |\n| <b>& | 5 |\n| a\\|b<br>c | -1 |',
  );
  expect((await output('data.tableText', { rows: odd, format: 'plain' })).text).toBe('name   n\n<b>&    5\na|b c  -1');
  const { text } = await output('data.tableText', {
    rows: [...odd, { name: '=x', n: 0 }],
    format: 'csv',
    delimiter: ';',
  });
  expect(text).toBe('name;n\n<b>&;5\n"a|b\nc";-1\n\'=x;0\n');
  expect((await output('data.csvParse', { text, typed: true })).rows[1]).toEqual({ name: 'a|b\nc', n: -1 });
});
