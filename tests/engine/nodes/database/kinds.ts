import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { createTestDatabase } from '../../../support/database.ts';
import { startMariadb } from '../../../support/mariadb.ts';

/** Connection parameters of one real database of each kind; the servers end with the file. */
export async function openDatabases() {
  const [postgres, mariadb] = await Promise.all([createTestDatabase(), startMariadb()]);
  afterAll(async () => {
    await postgres.drop();
    await mariadb.stop();
  });
  const { hostname, port, username, password, pathname } = new URL(postgres.url);
  return {
    postgres: {
      kind: 'postgres',
      host: hostname,
      port: Number(port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
    },
    mysql: {
      kind: 'mysql',
      host: mariadb.host,
      port: mariadb.port,
      user: mariadb.user,
      password: mariadb.password,
      database: 'shop',
    },
    sqlite: { kind: 'sqlite', file: `shop-${randomBytes(4).toString('hex')}.db` },
  } as const;
}
