import { readFile, readdir } from 'node:fs/promises';
import { AppError } from '@casare/shared';
import pg from 'pg';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

export interface MigrateOptions {
  /** Version to end at, up or down; default: the newest. */
  readonly to?: number;
}

const folder = new URL('../../migrations/', import.meta.url);
// Any fixed number; one starter at a time migrates, the others wait and find nothing left to do.
const migrateLock = 7_268_001;

/** Brings the schema of a database to the newest version, or to the one named. Returns the versions it applied or took back. */
export async function migrate(databaseUrl: string, { to }: MigrateOptions = {}): Promise<number[]> {
  const migrations = await readMigrations();
  const newest = migrations.at(-1)?.version ?? 0;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'casare migrate',
    connectionTimeoutMillis: 10_000,
  });
  // A server that goes away fails the query at work; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${migrateLock})`);
    await client.query("set lock_timeout = '2s'");
    await client.query(
      'create table if not exists schema_versions (version int primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ version: number }>('select version from schema_versions order by version');
    const applied = new Set(rows.map((row) => row.version));
    const current = rows.at(-1)?.version ?? 0;
    if (current > newest) throw tooNew(current, newest);
    const target = to ?? newest;
    const up = migrations.filter(({ version }) => version <= target && !applied.has(version));
    const down = migrations.filter(({ version }) => version > target && applied.has(version)).toReversed();
    for (const migration of up) await apply(client, migration, 'up');
    for (const migration of down) await apply(client, migration, 'down');
    return [...up, ...down].map(({ version }) => version);
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, { version, name, up, down }: Migration, part: 'up' | 'down'): Promise<void> {
  await client.query('begin');
  try {
    // The ledger first: a second starter that got here all the same fails before it changes anything.
    await (part === 'up'
      ? client.query('insert into schema_versions (version, name) values ($1, $2)', [version, name])
      : client.query('delete from schema_versions where version = $1', [version]));
    await client.query(part === 'up' ? up : down);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => {});
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Migration ${version} (${name}) could not be applied ${part}: ${message}`, { cause });
  }
}

export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  return Promise.all(
    files.map(async (file, index) => {
      const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
      const text = await readFile(new URL(file, folder), 'utf8');
      const [, up, down] = text.split(/^-- (?:up|down)\s*$/m);
      if (!match?.[1] || !match[2] || Number(match[1]) !== index + 1)
        throw new Error(`migrations/${file}: name migrations 0001-verb-noun.sql, numbered without gaps`);
      if (!up?.trim() || !down?.trim())
        throw new Error(`migrations/${file}: it needs a part "-- up" and a part "-- down"`);
      return { version: Number(match[1]), name: match[2], up, down };
    }),
  );
}

/** For programs that must leave the schema alone: throws DATABASE_VERSION unless it is the one they know. */
export async function requireSchema(databaseUrl: string): Promise<void> {
  const newest = (await readMigrations()).at(-1)?.version ?? 0;
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ made: boolean }>(
      "select to_regclass('schema_versions') is not null as made",
    );
    const { rows } = tables[0]?.made
      ? await client.query<{ current: number }>('select coalesce(max(version), 0) as current from schema_versions')
      : { rows: [] };
    const current = rows[0]?.current ?? 0;
    if (current > newest) throw tooNew(current, newest);
    if (current < newest)
      throw new AppError(
        'DATABASE_VERSION',
        `The database has schema version ${current}, this program needs ${newest}, and MIGRATE=false keeps it from changing it. Start one instance with MIGRATE=true first.`,
        { details: { current, newest } },
      );
  } finally {
    await client.end();
  }
}

function tooNew(current: number, newest: number): AppError {
  return new AppError(
    'DATABASE_VERSION',
    `The database has schema version ${current}, this program knows versions up to ${newest}. Start a newer version of the program.`,
    { details: { current, newest } },
  );
}
