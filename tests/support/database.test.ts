import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase, testServerUrl } from './database.ts';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

test('every test database is migrated and sees nothing of another', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  const tables = `select table_name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')`;
  expect(await query(first.url, tables)).not.toEqual([]);
  await query(first.url, 'create table only_here (id int)');
  expect(await query(first.url, `select to_regclass('only_here')::text as found`)).toEqual([{ found: 'only_here' }]);
  expect(await query(second.url, `select to_regclass('only_here')::text as found`)).toEqual([{ found: null }]);
});

test('drop works while a connection is open', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  // The server ends this connection; pg says so in error events before the end.
  client.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await client.connect();
  await database.drop();
  await ended;
  const name = new URL(database.url).pathname.slice(1);
  const left = await query(await testServerUrl(), `select datname from pg_database where datname = '${name}'`);
  expect(left).toEqual([]);
});
