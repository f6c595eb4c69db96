import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, readMigrations } from '../../../orchestrator/db/migrate.ts';
import { testServerUrl } from '../../support/database.ts';
import { databaseUrl, runOn } from '../../support/template-database.ts';

let server: string;
const names = ['migrate_steps', 'migrate_race', 'migrate_newer'];
const urlOf = (name: string) => databaseUrl(server, name);

beforeAll(async () => {
  server = await testServerUrl();
  for (const name of names) await runOn(server, `create database ${name}`);
});
afterAll(async () => {
  for (const name of names) await runOn(server, `drop database if exists ${name} with (force)`);
});

/** Everything the migrations make, as text. */
async function schemaOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      select format('%s %s %s %s', table_name, column_name, data_type, column_default) as line from information_schema.columns where table_schema = 'public'
      union all select format('%s', indexdef) from pg_indexes where schemaname = 'public'
      union all select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
      union all select format('%s %s %s', tablename, policyname, qual) from pg_policies where schemaname = 'public'
      union all select format('%s %s', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
      union all select format('%s %s', c.relname, c.relacl) from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
      order by 1`);
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

test('each migration goes up, down and up again, and leaves nothing behind', async () => {
  const url = urlOf('migrate_steps');
  const all = (await readMigrations()).map(({ version }) => version);
  await migrate(url, { to: 0 });
  const empty = await schemaOf(url);
  for (const version of all) {
    expect(await migrate(url, { to: version })).toEqual([version]);
    const up = await schemaOf(url);
    expect(await migrate(url, { to: version - 1 })).toEqual([version]);
    expect(await migrate(url, { to: version })).toEqual([version]);
    expect(await schemaOf(url)).toEqual(up);
  }
  const newest = await schemaOf(url);
  expect(await migrate(url)).toEqual([]);
  expect(await migrate(url, { to: 0 })).toEqual(all.toReversed());
  expect(await schemaOf(url)).toEqual(empty);
  expect(await migrate(url)).toEqual(all);
  expect(await schemaOf(url)).toEqual(newest);
});

test('of five that start at once one migrates and the others find it done', async () => {
  const url = urlOf('migrate_race');
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
  expect(applied.flat()).toEqual((await readMigrations()).map(({ version }) => version));
});

test('a database of a newer version is refused with what to do', async () => {
  const url = urlOf('migrate_newer');
  await migrate(url);
  await runOn(url, "insert into schema_versions (version, name) values (9999, 'from-the-future')");
  await expect(migrate(url)).rejects.toMatchObject({ code: 'DATABASE_VERSION', details: { current: 9999 } });
});
