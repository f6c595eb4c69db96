import { randomBytes } from 'node:crypto';
import { databaseUrl, runOn, templateName } from './template-database.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Also when connections are still open: they are ended. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the one PostgreSQL server of the test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServerUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name} template ${templateName}`);
  const drop = () => runOn(server, `drop database if exists ${name} with (force)`);
  return { url: databaseUrl(server, name), drop, [Symbol.asyncDispose]: drop };
}

/** The administrator's address of the server, for tests about databases and roles themselves. */
export async function testServerUrl(): Promise<string> {
  const door = process.env['CASARE_TEST_POSTGRES'];
  if (!door) throw new Error('createTestDatabase() works in a Vitest run with tests/support/global-setup.ts only.');
  const response = await fetch(door);
  const answer = await response.text();
  if (!response.ok) throw new Error(`The test database is not there: ${answer}`);
  return answer;
}
