import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../orchestrator/db/embedded.ts';

export interface PostgresServer extends AsyncDisposable {
  /** With the rights to create databases; ends in the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

interface PostgresOptions {
  /** Keep every promise about crashes; without it commits do not wait for the disk, which most tests do not need. */
  readonly durable?: boolean;
}

const prefix = 'casare-postgres-';
const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** A real PostgreSQL of its own in a temporary folder, gone after `stop()`. */
export async function startPostgres({ durable = false }: PostgresOptions = {}): Promise<PostgresServer> {
  await removeLeftOvers();
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  // PostgreSQL refuses to run as root; its own user must be able to pass through this folder.
  await chmod(folder, 0o755);
  // When a signal ends the run, the server goes with its parent's pipe only on some systems: the next run looks for left-overs.
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  process.once('exit', removeFolder);
  const settings = ['max_connections=300', ...(durable ? [] : quick)];
  const server = await startEmbedded(folder, { settings }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const url = new URL(server.url);
  url.pathname = '/postgres';
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    process.off('exit', removeFolder);
  };
  return { url: url.href, stop, [Symbol.asyncDispose]: stop };
}

/** A run that was killed outright leaves its server behind: its folder names the process that owned it. */
async function removeLeftOvers(): Promise<void> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of folders) {
    const owner = Number(name.slice(prefix.length).split('-')[0]);
    if (isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    const pidFile = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
    const [pid, dataFolder] = pidFile.split('\n');
    // Only the server that says itself that it works in this folder.
    if (pid && dataFolder === join(folder, 'data') && isAlive(Number(pid))) process.kill(Number(pid), 'SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
