import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
  const main = new URL('../../orchestrator/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [...nodeFlags, main], {
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'info',
      DATABASE_URL: '',
      KEY_ENVIRONMENT: 'bench',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const origin = await addressOf(child);
    const keys = await keysIn(join(folder, 'first-keys.json'));
    return {
      origin,
      ...keys,
      databaseUrl: await databaseUrlOf(folder),
      cpuSeconds: () => cpuSeconds(child.pid ?? 0),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`the orchestrator did not start: ${text}`)));
  });
}

async function keysIn(file: string): Promise<{ adminKey: string; robotKey: string }> {
  for (;;) {
    // The file may be half written when it is seen first.
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}\n')) return JSON.parse(text) as { adminKey: string; robotKey: string };
    await delay(20);
  }
}

async function databaseUrlOf(dataDir: string): Promise<string> {
  const password = await readFile(join(dataDir, 'password'), 'utf8');
  const [, , , port] = (await readFile(join(dataDir, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return `postgres://casare:${password}@127.0.0.1:${port}/casare`;
}

async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
