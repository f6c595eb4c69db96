import { mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  builtinNodes,
  compile,
  createMemoryJournal,
  createRegistry,
  createResourceManager,
  type Program,
  type ResourceManager,
  run,
} from '@casare/engine';
import { descendantsOf } from './processes.ts';
import { workflowOf } from './workflows.ts';

/** What a process has at one moment. */
export interface Holdings {
  runs: number;
  heapMb: number;
  rssMb: number;
  files: number;
  sockets: number;
  processes: number;
  temporary: number;
}

export interface Soak {
  runs: number;
  /** Every how many runs one with a browser, and one with a database. */
  browserEvery: number;
  databaseEvery: number;
  /** Looked at this often. */
  lookEvery: number;
}

const AT_ONCE = 4;

/**
 * Many runs of all kinds in this process, one manager for all of them; gives what the process held at each look. Temporary files go to
 * a folder of its own meanwhile, so that those of others do not count.
 */
export async function soak({ runs, browserEvery, databaseEvery, lookEvery }: Soak): Promise<Holdings[]> {
  const before = process.env['TMPDIR'];
  const temp = mkdtempSync(join(tmpdir(), 'casare-soak-'));
  process.env['TMPDIR'] = temp;
  const site = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'seen=1' });
    response.end(`<title>Soak</title><p id="text">${request.url}</p>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const manager = createResourceManager();
  const seen: Holdings[] = [];
  try {
    const programs = programsFor(url);
    // What is kept on purpose (a warm browser, loaded code) stands before the first look.
    for (const program of Object.values(programs)) await runOnce(manager, program, temp);
    for (let done = 0; done <= runs; done += lookEvery) {
      seen.push(await look(done, temp));
      if (done < runs) {
        await batch(done, Math.min(runs, done + lookEvery), (index) => {
          if (index % browserEvery === browserEvery - 1) return runOnce(manager, programs.browser, temp);
          if (index % databaseEvery === databaseEvery - 1) return runOnce(manager, programs.database, temp);
          return runOnce(manager, [programs.pure, programs.http, programs.files][index % 3] as Program, temp);
        });
      }
    }
    await manager.close();
    return seen;
  } finally {
    await manager.close();
    site.closeAllConnections();
    site.close();
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(temp, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function programsFor(url: string): Record<'pure' | 'http' | 'files' | 'browser' | 'database', Program> {
  const registry = createRegistry(builtinNodes);
  const program = (nodes: Parameters<typeof workflowOf>[0], wires: string[]) =>
    compile(workflowOf(nodes, wires), registry);
  return {
    pure: program(
      {
        start: 'control.start',
        loop: { type: 'control.repeat', params: { times: 20 } },
        set: { type: 'text.template', params: { template: 'number ${index}' } },
      },
      ['start>loop', 'loop.body>set'],
    ),
    http: program({ start: 'control.start', ask: { type: 'http.request', params: { url, session: 'soak' } } }, [
      'start>ask',
    ]),
    files: program(
      {
        start: 'control.start',
        write: { type: 'files.write', params: { path: 'a/b.txt', content: 'x'.repeat(10_000) } },
        read: { type: 'files.read', params: { path: 'a/b.txt' } },
      },
      ['start>write', 'write>read'],
    ),
    browser: program(
      {
        start: 'control.start',
        open: { type: 'browser.open', params: { url } },
        text: { type: 'browser.extractText', params: { target: '#text' } },
      },
      ['start>open', 'open>text'],
    ),
    database: program(
      {
        start: 'control.start',
        query: {
          type: 'database.query',
          params: { kind: 'sqlite', file: 'soak.sqlite', sql: 'select 1 as one' },
        },
      },
      ['start>query'],
    ),
  };
}

async function runOnce(manager: ResourceManager, program: Program, temp: string): Promise<void> {
  const folder = await mkdtemp(join(temp, 'run-'));
  const result = await run(program, {
    runId: folder,
    input: {},
    journal: createMemoryJournal(),
    resources: manager.forRun({ folder }),
  });
  await rm(folder, { recursive: true, force: true });
  if (result.status !== 'completed') throw result.error ?? new Error(`A run ended ${result.status}.`);
}

async function batch(from: number, to: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function look(runs: number, temp: string): Promise<Holdings> {
  await collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  const files = openFiles();
  return {
    runs,
    heapMb: Math.round(heapUsed / 2 ** 20),
    rssMb: Math.round(rss / 2 ** 20),
    files: files.length,
    sockets: files.filter((target) => target.startsWith('socket:')).length,
    processes: descendantsOf(process.pid).filter(({ command }) => !command.startsWith('ps ')).length,
    temporary: readdirSync(temp).length,
  };
}

async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
