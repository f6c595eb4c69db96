import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An orchestrator in a process of its own, over an embedded PostgreSQL with its durable defaults. */
export interface Measured extends AsyncDisposable {
  readonly origin: string;
  readonly adminKey: string;
  readonly robotKey: string;
  readonly databaseUrl: string;
  /** CPU seconds that the process of the orchestrator has used so far. */
  cpuSeconds(): Promise<number>;
}

export async function startMeasured(nodeFlags: readonly string[] = []): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'casare-bench-'));
  const main = new URL('./orchestrator-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [...nodeFlags, main], {
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
      DATABASE_URL: '',
      KEY_ENVIRONMENT: 'bench',
      // The one key here stands for a hundred people.
      REQUESTS_PER_KEY: '0',
      REQUESTS_PER_ROBOT_KEY: '0',
      REQUESTS_PER_TENANT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const told = await toldBy(child);
    return { ...told, cpuSeconds: () => cpuSeconds(child.pid ?? 0), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Told = Pick<Measured, 'origin' | 'adminKey' | 'robotKey' | 'databaseUrl'>;

function toldBy(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = text.split('\n').find((one) => one.startsWith('{"origin"') && one.endsWith('}'));
      if (line) resolve(JSON.parse(line) as Told);
    });
    child.once('exit', () => reject(new Error(`the orchestrator did not start: ${text}`)));
  });
}

async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
