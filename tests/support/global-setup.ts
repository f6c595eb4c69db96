import { createServer } from 'node:http';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { createTemplate } from './template-database.ts';

/**
 * Test files run in processes of their own, and most of them need no database. So this process listens, and starts the
 * one PostgreSQL of the run with its migrated template when the first file asks (tests/support/database.ts).
 */
export async function setup(): Promise<() => Promise<void>> {
  let database: Promise<PostgresServer> | undefined;
  const door = createServer((_request, response) => {
    database ??= startWithTemplate();
    database.then(
      (server) => response.end(server.url),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  process.env['CASARE_TEST_POSTGRES'] = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return async () => {
    door.closeAllConnections();
    await new Promise((resolve) => door.close(resolve));
    const server = await database?.catch(() => undefined);
    await server?.stop();
  };
}

async function startWithTemplate(): Promise<PostgresServer> {
  const server = await startPostgres();
  try {
    await createTemplate(server.url);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
