import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { openDatabases } from './kinds.ts';

const bench = await openNodeBench();
const databases = await openDatabases();
const kinds = ['postgres', 'mysql', 'sqlite'] as const;

/** A statement that takes a minute on each server. */
const slow = {
  postgres: 'select pg_sleep(60)',
  mysql:
    'select sleep(60) + (select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c, information_schema.columns d)',
  sqlite:
    'with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000000000) select count(*) from n',
};

/** 5,000 rows. */
const many = {
  postgres: 'select i, i * 2 as twice from generate_series(1, 5000) as i order by i',
  mysql: 'select seq as i, seq * 2 as twice from seq_1_to_5000',
  sqlite:
    'with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select i, i * 2 as twice from n',
};

describe.each(kinds)('%s', (kind) => {
  const at = databases[kind];
  const run = async (sql: string, parameters: unknown = {}, more = {}) =>
    (await bench.run('database.execute', { ...at, sql, parameters, ...more })).output;
  const rows = async (sql: string, parameters: unknown = {}, more = {}) =>
    (await bench.run('database.query', { ...at, sql, parameters, ...more })).output.rows;

  beforeEach(async () => {
    await run('drop table if exists guests');
    await run('create table guests (id integer primary key, name varchar(100) not null unique, age integer)');
    await run("insert into guests values (1, 'Ada', 36), (2, 'Alan', 41)");
  });

  it('reads rows as a table, with values by name and names of tables apart', async () => {
    const { output } = await bench.run('database.query', {
      ...at,
      sql: `select :"column", age as "age" from :"table" where name = :name or name = :name -- and :comment`.replace(
        '"age"',
        kind === 'mysql' ? '`age`' : '"age"',
      ),
      parameters: { column: 'name', table: 'guests', name: 'Ada' },
    });
    expect(output).toEqual({
      rows: [{ name: 'Ada', age: 36 }],
      columns: ['name', 'age'],
      rowCount: 1,
      truncated: false,
      path: null,
    });
  });

  it('never takes a value for a part of the statement', async () => {
    const name = `'; drop table guests; -- "\\ \` ' or 1=1`;
    await run('insert into guests (id, name) values (:id, :name)', { id: 3, name });
    expect(await rows('select name from guests where name = :name', { name })).toEqual([{ name }]);
    expect(await rows('select count(*) as n from guests')).toEqual([{ n: 3 }]);
  });

  it('takes a list of values for the marks of the server', async () => {
    const sql = kind === 'postgres' ? 'select name from guests where id = $1' : 'select name from guests where id = ?';
    expect(await rows(sql, [2])).toEqual([{ name: 'Alan' }]);
  });

  it('says which value is missing', async () => {
    const error = await bench.fail('database.query', { ...at, sql: 'select :a, :b', parameters: { a: 1 } });
    expect(error).toMatchObject({ code: 'PARAMS_INVALID', message: expect.stringContaining(':b') });
  });

  it('leaves out what is beyond the limit and says so, and the connection serves on', async () => {
    const { output } = await bench.run('database.query', { ...at, sql: many[kind], maxRows: 10 });
    expect(output).toMatchObject({ rowCount: 10, truncated: true });
    expect(output.rows.at(-1)).toEqual({ i: 10, twice: 20 });
    expect(await rows('select name from guests where id = 1')).toEqual([{ name: 'Ada' }]);
  });

  it('writes a large result straight into a file', async () => {
    const csv = await bench.run('database.query', {
      ...at,
      sql: many[kind],
      result: 'file',
      path: `output/${kind}.csv`,
    });
    expect(csv.output).toMatchObject({ rows: [], rowCount: 5000, columns: ['i', 'twice'] });
    const lines = (await readFile(join(bench.folder, `output/${kind}.csv`), 'utf8')).split('\r\n');
    expect([lines[0], lines[1], lines[5000], lines.length]).toEqual(['i,twice', '1,2', '5000,10000', 5002]);
    await bench.run('database.query', {
      ...at,
      sql: many[kind],
      result: 'file',
      format: 'jsonLines',
      path: `output/${kind}.jsonl`,
    });
    const json = (await readFile(join(bench.folder, `output/${kind}.jsonl`), 'utf8')).split('\n');
    expect(JSON.parse(json[4999] ?? '')).toEqual({ i: 5000, twice: 10_000 });
  });

  it('tells how many rows a change touched', async () => {
    expect(await run('update guests set age = age + 1 where id < :id', { id: 10 })).toMatchObject({
      affected: 2,
      repeated: false,
    });
    expect(await run('delete from guests where id = :id', { id: 99 })).toMatchObject({ affected: 0 });
  });

  it('tells the key of a new row', async () => {
    const key = {
      postgres: 'serial primary key',
      mysql: 'integer auto_increment primary key',
      sqlite: 'integer primary key',
    }[kind];
    await run('drop table if exists notes');
    await run(`create table notes (id ${key}, text varchar(100))`);
    const returning = kind === 'postgres' ? ' returning id' : '';
    await run(`insert into notes (text) values (:text)${returning}`, { text: 'one' });
    expect(await run(`insert into notes (text) values (:text)${returning}`, { text: 'two' })).toMatchObject({
      lastId: 2,
      affected: 1,
    });
  });

  it('says which rule a change would break', async () => {
    const error = await bench.fail('database.execute', { ...at, sql: "insert into guests values (7, 'Ada', 1)" });
    expect(error).toMatchObject({ code: 'DATABASE_FAILED', retryable: false, details: { violation: 'unique' } });
    const empty = await bench.fail('database.execute', {
      ...at,
      sql: 'insert into guests (id, name) values (8, null)',
    });
    expect(empty.details['violation']).toBe('notNull');
  });

  it('takes back the whole transaction when one statement fails', async () => {
    const error = await bench.fail('database.batch', {
      ...at,
      statements: ['update guests set age = :age', "insert into guests values (9, 'Ada', 1)"],
      parameters: { age: 0 },
    });
    expect(error.code).toBe('DATABASE_FAILED');
    expect(await rows('select age from guests order by id')).toEqual([{ age: 36 }, { age: 41 }]);
  });

  it('goes on after an error where that is wanted, and tells which failed', async () => {
    const { output } = await bench.run('database.batch', {
      ...at,
      statements: ['insert into guests (id, name) values (:id, :name)'],
      rows: [
        { id: 3, name: 'Grace' },
        { id: 4, name: 'Ada' },
        { id: 5, name: 'Linus' },
      ],
      transaction: false,
      stopOnError: false,
    });
    expect(output.affected).toBe(2);
    expect(output.failed).toMatchObject([{ statement: 0, row: 1 }]);
    expect(await rows('select id from guests order by id')).toHaveLength(4);
  });

  it('takes back what changed too little', async () => {
    const error = await bench.fail('database.batch', {
      ...at,
      statements: ['update guests set age = 1 where id = 1', 'update guests set age = 1 where id = 77'],
      requireChange: true,
    });
    expect(error.details['violation']).toBe('unchanged');
    expect(await rows('select age from guests where id = 1')).toEqual([{ age: 36 }]);
  });

  it('writes tables, and updates or skips rows that are there', async () => {
    const guests = Array.from({ length: 1200 }, (_, i) => ({ id: i + 1, name: `Person ${i + 1}`, age: i % 90 }));
    const insert = { ...at, table: 'guests', rows: guests, keys: ['id'] };
    expect((await bench.fail('database.insertRows', insert)).details['violation']).toBe('unique');
    expect(await rows('select count(*) as n from guests')).toEqual([{ n: 2 }]);
    await bench.run('database.insertRows', { ...insert, onConflict: 'skip' });
    expect(await rows('select name from guests where id in (1, 1200) order by id')).toEqual([
      { name: 'Ada' },
      { name: 'Person 1200' },
    ]);
    const { output } = await bench.run('database.insertRows', { ...insert, onConflict: 'update' });
    expect(output.rows).toBe(1200);
    expect(await rows('select name from guests where id = 1')).toEqual([{ name: 'Person 1' }]);
    expect(await rows('select count(*) as n from guests')).toEqual([{ n: 1200 }]);
  });

  it('quotes names that are none elsewhere', async () => {
    const mark = kind === 'mysql' ? '`' : '"';
    await run(`drop table if exists ${mark}order items${mark}`);
    await run(
      `create table ${mark}order items${mark} (${mark}select${mark} integer primary key, ${mark}a b${mark} varchar(20))`,
    );
    await bench.run('database.insertRows', { ...at, table: 'order items', rows: [{ select: 1, 'a b': 'x' }] });
    expect(await rows('select * from :"t"', { t: 'order items' })).toEqual([{ select: 1, 'a b': 'x' }]);
  });

  it('gives values as JSON holds them', async () => {
    const sql = {
      postgres: `select 12345678901234567890::numeric as big, 9007199254740993::int8 as id, 1.25::numeric(10,2) as price, true as yes, null as missing,
        '2024-05-06 07:08:09.5+02'::timestamptz at time zone 'UTC' as local, date '2024-05-06' as day, '\\x00ff'::bytea as bytes,
        '{"a":[1]}'::jsonb as doc, array[1, null, 3] as list, 'NaN'::float8 as odd`,
      mysql: `select cast('12345678901234567890' as decimal(30,0)) as big, 9007199254740993 as id, cast(1.25 as decimal(10,2)) as price, true as yes, null as missing,
        cast('2024-05-06 05:08:09.5' as datetime(1)) as local, date '2024-05-06' as day, x'00ff' as bytes`,
      sqlite: `select '12345678901234567890' as big, 9007199254740993 as id, 1.25 as price, true as yes, null as missing,
        '2024-05-06T05:08:09.5' as local, '2024-05-06' as day, x'00ff' as bytes`,
    }[kind];
    const [row] = await rows(sql);
    expect(row).toMatchObject({
      big: '12345678901234567890',
      id: '9007199254740993',
      price: 1.25,
      yes: kind === 'postgres' ? true : 1,
      missing: null,
      local: '2024-05-06T05:08:09.5',
      day: '2024-05-06',
      bytes: 'AP8=',
    });
    const own = kind === 'postgres' ? { doc: { a: [1] }, list: [1, null, 3], odd: 'NaN' } : {};
    expect(row).toMatchObject(own);
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
  });

  it('knows tables and columns', async () => {
    const { output } = await bench.run('database.tables', at);
    expect(output.tables.map(({ name }: { name: string }) => name)).toContain('guests');
    const columns = (await bench.run('database.columns', { ...at, table: 'guests' })).output;
    expect(columns.names).toEqual(['id', 'name', 'age']);
    expect(columns.columns[0]).toMatchObject({ primaryKey: true, nullable: false });
    expect(columns.columns[2]).toMatchObject({ primaryKey: false, nullable: true, default: null });
    expect((await bench.run('database.tableExists', { ...at, table: 'guests' })).output).toEqual({ exists: true });
    expect((await bench.run('database.tableExists', { ...at, table: 'nobody' })).output).toEqual({ exists: false });
    expect((await bench.fail('database.columns', { ...at, table: 'nobody' })).code).toBe('DATABASE_FAILED');
  });

  it('ends a long statement within 2 s when the run is cancelled', async () => {
    const abort = new AbortController();
    const ran = bench.run('database.query', { ...at, sql: slow[kind] }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('cancelled by a person')), 300);
    const before = performance.now();
    await expect(ran).rejects.toThrow('cancelled by a person');
    expect(performance.now() - before).toBeLessThan(2300);
    expect(await rows('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops a statement that takes longer than it may', async () => {
    const error = await bench.fail('database.query', { ...at, sql: slow[kind], timeoutSeconds: 0.3 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT', details: { timeoutMs: 300 } });
  });

  it.each(['begin', ' /* now */ COMMIT', 'rollback', 'savepoint a', 'start transaction'])(
    'refuses %s: it would not survive a restart',
    async (sql) => {
      const error = await bench.fail('database.execute', { ...at, sql });
      expect(error).toMatchObject({ code: 'PARAMS_INVALID', message: expect.stringContaining('Database transaction') });
    },
  );

  it('takes one statement at a time', async () => {
    const error = await bench.fail('database.execute', {
      ...at,
      sql: 'delete from guests where id = 1; delete from guests',
    });
    expect(error.code).toBe('DATABASE_FAILED');
    expect(await rows('select count(*) as n from guests')).toEqual([{ n: 2 }]);
  });

  describe('exactly once', () => {
    const add = { sql: 'insert into guests (id, name) values (:id, :name)', parameters: { id: 50, name: 'Once' } };

    it('does the work of a step once and gives the same answer again', async () => {
      const effectKey = `step-${Math.random()}`;
      const first = await bench.run('database.execute', { ...at, ...add, exactlyOnce: true }, { effectKey });
      const again = await bench.run('database.execute', { ...at, ...add, exactlyOnce: true }, { effectKey });
      expect(first.output).toMatchObject({ affected: 1, repeated: false });
      expect(again.output).toEqual({ ...first.output, repeated: true });
    });

    it('keeps no note of work that failed', async () => {
      const params = {
        ...at,
        statements: [add.sql, 'insert into guests values (1, null, 1)'],
        parameters: add.parameters,
        exactlyOnce: true,
        onceKey: `failed ${Math.random()}`,
      };
      expect((await bench.fail('database.batch', params)).code).toBe('DATABASE_FAILED');
      expect(await rows('select id from guests where id = 50')).toEqual([]);
      const { output } = await bench.run('database.batch', { ...params, statements: [add.sql] });
      expect(output).toMatchObject({ affected: 1, repeated: false });
    });

    it('lets one of two that come at the same moment do it', async () => {
      const params = {
        ...at,
        table: 'guests',
        rows: [{ id: 60, name: 'Race' }],
        exactlyOnce: true,
        onceKey: `race ${Math.random()}`,
      };
      const both = await Promise.all([
        bench.run('database.insertRows', params),
        bench.run('database.insertRows', params),
      ]);
      expect(both.map(({ output }) => output.repeated)).toEqual(expect.arrayContaining([false, true]));
      expect(await rows('select id from guests where id = 60')).toEqual([{ id: 60 }]);
    });
  });

  it('closes connections when asked, and opens new ones', async () => {
    await rows('select 1 as one');
    expect((await bench.run('database.close', at)).output.closed).toBeGreaterThan(0);
    expect(await rows('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
