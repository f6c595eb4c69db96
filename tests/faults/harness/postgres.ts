import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedDatabase, startEmbedded } from '../../../orchestrator/db/embedded.ts';
import { descendantsOf } from '../../support/processes.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A PostgreSQL of its own that keeps every promise about crashes, and can be made to crash. */
export interface ControlledPostgres {
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** `immediate`: as `pg_ctl stop -m immediate`. `kill`: SIGKILL to the postmaster and all its children. */
  crash(how: 'immediate' | 'kill'): Promise<void>;
  /** Again on the same port; does nothing while it runs. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startControlledPostgres(
  folder: string,
  settings: readonly string[] = [],
): Promise<ControlledPostgres> {
  // PostgreSQL runs as a user of its own where this runs as root.
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'data');
  let server: EmbeddedDatabase | undefined = await startEmbedded(folder, { settings });
  const { url } = server;
  const port = Number(new URL(url).port);

  async function crash(how: 'immediate' | 'kill'): Promise<void> {
    server = undefined;
    const pid = Number((await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    const pids = how === 'kill' ? [pid, ...descendantsOf(pid).map((one) => one.pid)] : [pid];
    for (const one of pids) signalIfThere(one, how === 'kill' ? 'SIGKILL' : 'SIGQUIT');
    await waitFor(() => pids.every((one) => !isThere(one)), { until: 'PostgreSQL is gone', timeoutMs: 20_000 });
  }

  return {
    url,
    port,
    dataFolder,
    crash,
    async start() {
      server ??= await startEmbedded(folder, { settings, port });
    },
    async stop() {
      const running = server;
      server = undefined;
      await running?.stop();
    },
  };
}

function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
