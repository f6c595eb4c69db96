import pg from 'pg';

export const templateName = 'casare_template';

/** Migrate once; every test file copies the result, which takes a tenth of the time of migrating. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await runOn(serverUrl, `create database ${templateName}`);
  // Named by URL, so that test files without a database load nothing of the orchestrator.
  const migrations = new URL('../../orchestrator/db/migrate.ts', import.meta.url).href;
  const { migrate } = (await import(migrations)) as { migrate(databaseUrl: string): Promise<unknown> };
  await migrate(databaseUrl(serverUrl, templateName));
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement on a connection of its own. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
