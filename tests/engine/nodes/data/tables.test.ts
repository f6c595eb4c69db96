import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

const orders = [
  { id: 1, customer: 'a', total: '100', city: 'Oslo' },
  { id: 2, customer: 'b', total: '20', city: 'bergen' },
  { id: 3, customer: 'a', total: '', city: null },
];

describe('data.list', () => {
  it.each([
    ['create', { items: [1, 2] }, [1, 2]],
    ['append', { list: [1], items: [2, 3] }, [1, 2, 3]],
    ['insert', { list: [1, 3], items: [2], index: 1 }, [1, 2, 3]],
    ['removeAt', { list: [1, 2, 3], index: -1 }, [1, 2]],
    ['get', { list: [1, 2, 3], index: -1 }, 3],
    ['get', { list: [], index: 4 }, null],
    ['slice', { list: [1, 2, 3, 4], start: 1, end: 3 }, [2, 3]],
    ['indexOf', { list: [{ a: 1 }, { a: 2 }], field: 'a', value: 2 }, 1],
    ['indexOf', { list: [[1, { b: 1, a: 2 }]], value: [1, { a: 2, b: 1 }] }, 0],
    ['unique', { list: [1, '1', 1, { a: 1, b: 2 }, { b: 2, a: 1 }] }, [1, '1', { a: 1, b: 2 }]],
    ['sort', { list: ['10', 9, '2', null] }, ['2', 9, '10', null]],
    ['sort', { list: [{ n: 1 }, { n: 3 }], field: 'n', descending: true }, [{ n: 3 }, { n: 1 }]],
    ['reverse', { list: [1, 2] }, [2, 1]],
    ['map', { list: [{ a: { b: 1 } }, {}], field: 'a.b' }, [1, null]],
    ['flatten', { list: [1, [2, [3]]], depth: 2 }, [1, 2, 3]],
    ['chunk', { list: [1, 2, 3], size: 2 }, [[1, 2], [3]]],
    ['join', { list: [1, 'a', null], separator: '-' }, '1-a-'],
    ['count', { list: [1, 2] }, 2],
    ['sum', { list: orders, field: 'total' }, 120],
    ['average', { list: [1, 2, 6] }, 3],
    ['average', { list: [] }, null],
    ['min', { list: [3, '10', 2] }, 2],
    ['max', { list: ['b', 'a'] }, 'b'],
    ['filter', { list: [1, 5, 9], conditions: [{ operator: 'greater', value: 4 }] }, [5, 9]],
  ])('%s %j', async (operation, params, result) => {
    expect((await output('data.list', { operation, ...params })).result).toEqual(result);
  });

  it('names the item that is no number', async () => {
    const error = await bench.fail('data.list', { operation: 'sum', list: [{ p: 1 }, { p: 'x' }], field: 'p' });
    expect(error).toMatchObject({ code: 'DATA_FORMAT', details: { index: 1, field: 'p' } });
  });
});

describe('data.filterRows', () => {
  it.each([
    [{ field: 'customer', operator: 'equals', value: 'a' }, [1, 3]],
    [{ field: 'id', operator: 'equals', value: '2' }, [2]],
    [{ field: 'customer', operator: 'notEquals', value: 'a' }, [2]],
    [{ field: 'total', operator: 'greater', value: 50 }, [1]],
    [{ field: 'total', operator: 'lessOrEqual', value: 20 }, [2]],
    [{ field: 'city', operator: 'contains', value: 'O' }, [1]],
    [{ field: 'city', operator: 'startsWith', value: 'ber' }, [2]],
    [{ field: 'city', operator: 'endsWith', value: 'lo' }, [1]],
    [{ field: 'city', operator: 'isEmpty' }, [3]],
    [{ field: 'total', operator: 'isNotEmpty' }, [1, 2]],
    [{ field: 'customer', operator: 'isOneOf', value: 'b, c' }, [2]],
    [{ field: 'customer', operator: 'isOneOf', value: ['a'] }, [1, 3]],
    [{ field: 'city', operator: 'matches', value: '^[A-Z]' }, [1]],
    [{ field: 'missing', operator: 'isTrue' }, []],
  ])('%j', async (condition, ids) => {
    const { rows, removed, count } = await output('data.filterRows', { rows: orders, conditions: [condition] });
    expect(rows.map((row: { id: number }) => row.id)).toEqual(ids);
    expect(count + removed.length).toBe(3);
  });

  it('joins conditions by all or any, with or without case', async () => {
    const conditions = [
      { field: 'city', operator: 'equals', value: 'OSLO' },
      { field: 'id', operator: 'equals', value: 2 },
    ];
    expect((await output('data.filterRows', { rows: orders, conditions, match: 'any', ignoreCase: true })).count).toBe(
      2,
    );
    expect((await output('data.filterRows', { rows: orders, conditions, match: 'all', ignoreCase: true })).count).toBe(
      0,
    );
  });
});

describe('data.sortRows', () => {
  it('sorts by several columns, numbers by size, empty cells last', async () => {
    const by = [{ field: 'customer' }, { field: 'total', direction: 'descending' }];
    const { rows } = await output('data.sortRows', { rows: orders.toReversed(), by });
    expect(rows.map((row: { id: number }) => row.id)).toEqual([1, 3, 2]);
  });

  it('keeps only the first rows', async () => {
    expect(await output('data.sortRows', { rows: [{ n: 10 }, { n: 9 }], by: [{ field: 'n' }], limit: 1 })).toEqual({
      rows: [{ n: 9 }],
      count: 1,
    });
  });
});

describe('data.joinTables', () => {
  const people = [
    { id: 'a', name: 'Ada', city: 'London' },
    { id: 'c', name: 'Cleo', city: 'Cairo' },
  ];
  it.each([
    ['inner', [1, 3]],
    ['left', [1, 2, 3]],
    ['full', [1, 2, 3, undefined]],
  ])('%s', async (kind, ids) => {
    const params = { left: orders, right: people, leftKeys: ['customer'], rightKeys: ['id'], kind };
    const { rows, matched } = await output('data.joinTables', params);
    expect(matched).toBe(2);
    expect(rows.map((row: { id?: number }) => row.id)).toEqual(ids);
    expect(rows[0]).toMatchObject({ id: 1, name: 'Ada', city: 'Oslo', right_city: 'London', right_id: 'a' });
  });

  it('finds keys that are a number here and a text there, and keeps one key column of the same name', async () => {
    const params = { left: [{ id: 7 }], right: [{ id: '7', name: 'x' }], leftKeys: ['id'] };
    expect((await output('data.joinTables', params)).rows).toEqual([{ id: 7, name: 'x' }]);
  });

  it('refuses different numbers of keys and a table that grows without end', async () => {
    const keys = { leftKeys: ['a', 'b'], rightKeys: ['a'] };
    expect(await bench.fail('data.joinTables', { left: [], right: [], ...keys })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
    const many = Array.from({ length: 1100 }, () => ({ k: 1 }));
    const error = await bench.fail('data.joinTables', { left: many, right: many, leftKeys: ['k'] });
    expect(error.code).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('data.groupRows', () => {
  it('counts, sums and lists each group', async () => {
    const aggregates = [
      { name: 'orders', aggregate: 'count' },
      { name: 'sum', aggregate: 'sum', field: 'total' },
      { name: 'ids', aggregate: 'list', field: 'id' },
      { name: 'first', aggregate: 'first', field: 'city' },
    ];
    expect((await output('data.groupRows', { rows: orders, by: ['customer'], aggregates })).rows).toEqual([
      { customer: 'a', orders: 2, sum: 100, ids: [1, 3], first: 'Oslo' },
      { customer: 'b', orders: 1, sum: 20, ids: [2], first: 'bergen' },
    ]);
  });

  it('spreads a column as a pivot table does', async () => {
    const rows = [
      { year: 2025, region: 'n', sales: 1 },
      { year: 2025, region: 's', sales: 2 },
      { year: 2026, region: 'n', sales: 4 },
    ];
    const aggregates = [{ name: 'sales', aggregate: 'sum', field: 'sales' }];
    expect((await output('data.groupRows', { rows, by: ['year'], aggregates, pivot: 'region' })).rows).toEqual([
      { year: 2025, n: 1, s: 2 },
      { year: 2026, n: 4 },
    ]);
  });
});

describe('data.deduplicate', () => {
  const rows = [
    { id: 1, mail: 'a@b.c' },
    { id: 2, mail: ' A@B.C ' },
    { id: 3, mail: 'x@y.z' },
  ];
  it.each([
    [{}, [1, 2, 3]],
    [{ by: ['mail'], ignoreCase: true }, [1, 3]],
    [{ by: ['mail'], ignoreCase: true, keep: 'last' }, [2, 3]],
  ])('%j', async (params, ids) => {
    const { rows: kept, duplicates } = await output('data.deduplicate', { rows, ...params });
    expect(kept.map((row: { id: number }) => row.id)).toEqual(ids);
    expect(duplicates).toHaveLength(3 - ids.length);
  });
});

describe('data.compareTables', () => {
  it('finds what was added, removed and changed', async () => {
    const before = [
      { id: 1, price: 5, tags: ['a'] },
      { id: 2, price: 1 },
      { id: 3, price: 2 },
    ];
    const after = [
      { id: '1', price: '5', tags: ['b'] },
      { id: 2, price: 1 },
      { id: 4, price: 9 },
    ];
    expect(await output('data.compareTables', { before, after, keys: ['id'] })).toMatchObject({
      added: [{ id: 4, price: 9 }],
      removed: [{ id: 3, price: 2 }],
      changed: [{ key: { id: '1' }, columns: ['tags'] }],
      same: [{ id: 2, price: 1 }],
      isEqual: false,
    });
    expect((await output('data.compareTables', { before, after: before, keys: ['id'] })).isEqual).toBe(true);
  });
});
