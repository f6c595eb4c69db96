import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { startMeasured } from './queue/orchestrator.ts';

// Our queue beside other queues on PostgreSQL, in one run on the same embedded server with durable settings: `npm run bench --
// queue-peers`. The others are installed on first use, in a temporary folder, and are no part of the product. All are called in process;
// ours does more per job: a fence, a lease, event rows, routing, tenants.

interface Figure {
  name: string;
  value: number;
}

const load = loadavg()[0] ?? 0;
console.error(`  load ${load.toFixed(2)}${load > 2.5 ? ': other work is going on, these figures say little' : ''}`);
const folder = install();
await using measured = await startMeasured();
const ours = await runOurs();
const theirs: Figure[] = [];
for (const peer of ['pg-boss', 'graphile']) theirs.push(...(await runPeer(peer, measured.databaseUrl)));
for (const { name, value } of theirs) {
  const kind = name.slice(name.indexOf(':') + 2);
  const own = ours.find((figure) => figure.name === `ours: ${kind}`);
  if (own)
    console.log(
      JSON.stringify({ name: `ours ÷ ${name}`, unit: '×', value: Math.round((own.value / value) * 100) / 100 }),
    );
}

function install(): string {
  const to = join(tmpdir(), 'casare-bench-queue-peers');
  mkdirSync(to, { recursive: true });
  cpSync(join(import.meta.dirname, 'queue-peers'), to, { recursive: true });
  if (existsSync(join(to, 'node_modules', 'pg-boss'))) return to;
  console.error('Installing the other queues (once; about half a minute) …');
  const args = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: to, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('The other queues could not be installed. Check the npm registry connection.');
  return to;
}

async function runPeer(peer: string, databaseUrl: string): Promise<Figure[]> {
  const name = `peer_${peer.replace('-', '_')}`;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return runAndRead([join(folder, `${peer}.mjs`), url.href], folder);
}

/** Without HTTP, as the others are called, in a process of its own. */
function runOurs(): Promise<Figure[]> {
  const { origin, databaseUrl, adminKey, robotKey } = measured;
  const script = join(import.meta.dirname, 'queue-peers', 'ours.ts');
  return runAndRead([script, origin, databaseUrl, adminKey, robotKey], import.meta.dirname);
}

/** Passes on the figures a process prints, and keeps them. */
async function runAndRead(args: readonly string[], cwd: string): Promise<Figure[]> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const figures: Figure[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    if (line.startsWith('{')) figures.push(JSON.parse(line) as Figure);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${args[0]} ended with code ${String(code)}`);
  return figures;
}
