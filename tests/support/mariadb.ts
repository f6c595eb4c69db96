import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { waitFor } from './wait-for.ts';

export interface MariadbServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** A real MariaDB of its own in a temporary folder, gone after `stop()`. */
export async function startMariadb(): Promise<MariadbServer> {
  const folder = await mkdtemp(join(tmpdir(), 'casare-mariadb-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  await bootstrap(data, asRoot);
  const port = await freePort();
  const socket = join(folder, 's');
  const server = spawn(
    '/usr/sbin/mariadbd',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
      '--performance-schema=off',
      '--skip-name-resolve',
      ...asRoot,
    ],
    { stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  // A test run that ends on the way must not leave it behind.
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL');
    await exited;
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const connection = await waitFor(() => createConnection({ socketPath: socket, user: 'root' }), {
      until: 'MariaDB answers',
      timeoutMs: 30_000,
    });
    await connection.query("create user 'casare'@'%' identified by 'p@ss/word'");
    await connection.query("grant all on *.* to 'casare'@'%'");
    await connection.query('create database shop');
    await connection.end();
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, user: 'casare', password: 'p@ss/word', stop };
}

/** What mariadb-install-db does, without the client programs it asks for. */
async function bootstrap(data: string, asRoot: readonly string[]): Promise<void> {
  await mkdir(join(data, 'mysql'), { recursive: true });
  const tables = ['mysql_system_tables.sql', 'mysql_system_tables_data.sql'];
  const scripts = await Promise.all(tables.map((name) => readFile(join('/usr/share/mysql', name), 'utf8')));
  const args = [
    '--no-defaults',
    '--bootstrap',
    `--datadir=${data}`,
    '--innodb-log-file-size=8M',
    '--skip-log-error',
    ...asRoot,
  ];
  const server = spawn('/usr/sbin/mariadbd', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  server.stdin.on('error', () => undefined).end(['use mysql;', 'set @auth_root_socket = null;', ...scripts].join('\n'));
  const [code] = (await once(server, 'close')) as [number | null];
  if (code !== 0) throw new Error(`MariaDB could not be set up: ${said.slice(-2000)}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
