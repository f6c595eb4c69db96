import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { StepRow } from '@casare/shared';
import { expect } from 'vitest';
import { openSqliteJournal } from '../../../engine/journal/sqlite-journal.ts';
import type { FailpointCase } from './cases.ts';
import { journalKey, readEffects, runCase } from './run-case.ts';

const program = join(import.meta.dirname, 'killed-case.ts');

/** Kills the case at some of its boundaries, or at each, and goes on from there every time. Gives how many processes were killed. */
export async function sweepCase(
  one: FailpointCase,
  { folder, cache, most = Number.POSITIVE_INFINITY }: { folder: string; cache: string; most?: number },
): Promise<number> {
  const whole = join(folder, 'whole');
  mkdirSync(whole);
  const { result, boundaries } = await runCase(one, whole);
  expect(result, `the whole run of ${one.name}`).toMatchObject({ status: 'completed', output: one.output });
  const expected = readEffects(whole);
  const count = Math.min(boundaries, most);
  let kills = 0;
  const points = Array.from({ length: count }, (_, i) => 1 + Math.floor(((i + 0.5) * boundaries) / count));
  // Two at a time: one starts while the other waits for the disk.
  const workers = [0, 1].map(async () => {
    for (let point = points.shift(); point !== undefined; point = points.shift()) {
      const place = join(folder, String(point));
      mkdirSync(place);
      if (await killAt(one, place, point, cache)) kills += 1;
      await goOn(one, place, point, expected);
    }
  });
  await Promise.all(workers);
  return kills;
}

async function killAt(one: FailpointCase, folder: string, point: number, cache: string): Promise<boolean> {
  const child = spawn(process.execPath, [program, one.name, folder, String(point)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const said = text(child.stderr);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, name) => resolve(name)),
  );
  if (signal !== 'SIGKILL' && child.exitCode !== 0) throw new Error(`${one.name} at ${point}: ${await said}`);
  return signal === 'SIGKILL';
}

/** A person decides about steps in doubt by looking at the ledger; everything else goes on by itself. */
async function goOn(
  one: FailpointCase,
  folder: string,
  point: number,
  expected: ReturnType<typeof readEffects>,
): Promise<void> {
  const where = `${one.name}, killed at boundary ${point}`;
  for (let decisions = 0; ; decisions++) {
    const { result } = await runCase(one, folder);
    if (result.status === 'parked' && decisions < 8) {
      decide(folder, result.inDoubtPath ?? '', where);
      continue;
    }
    expect(result, `${where}: ${result.error?.message ?? ''}`).toMatchObject({
      status: 'completed',
      output: one.output,
    });
    break;
  }
  expectEffects(readEffects(folder), expected, where);
  expectJournal(folder, where);
}

/** As the orchestrator writes down what a person decided. */
function decide(folder: string, path: string, where: string): void {
  const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: folder, key: journalKey });
  const rows = journal.load().filter((row) => row.path === path);
  const started = rows.at(-1) as StepRow;
  expect(started.kind, `${where}: ${path} is in doubt`).toBe('started');
  const happened = readEffects(folder).filter((effect) => effect.path === path).length;
  expect(happened, `${where}: ${path} happened at most once`).toBeLessThanOrEqual(1);
  const base = { path, nodeId: started.nodeId, at: Date.now() };
  if (happened === 1) journal.append({ ...base, kind: 'finished', output: valueOf(path, folder) });
  else journal.append({ ...base, kind: 'failed', error: { code: 'NODE_FAILED', message: 'again', retryable: true } });
  void journal.flush('effect');
  void journal.close();
}

/** What the step would have given: the same as in the run that nobody killed. */
function valueOf(path: string, folder: string): StepRow['output'] {
  const whole = join(folder, '..', 'whole');
  const journal = openSqliteJournal({ path: join(whole, 'journal.sqlite'), runId: whole, key: journalKey });
  try {
    return journal.load().find((row) => row.kind === 'finished' && row.path === path)?.output ?? null;
  } finally {
    void journal.close();
  }
}

type Effects = ReturnType<typeof readEffects>;

function expectEffects(effects: Effects, expected: Effects, where: string): void {
  const paths = (list: Effects, kind: string) => list.filter((one) => one.effect === kind).map((one) => one.path);
  for (const kind of ['once', 'ask']) {
    const found = paths(effects, kind).toSorted();
    expect(found, `${where}: ${kind} exactly once`).toEqual(paths(expected, kind).toSorted());
  }
  for (const kind of ['keyed', 'idempotent'])
    expect(new Set(paths(effects, kind)), `${where}: ${kind}`).toEqual(new Set(paths(expected, kind)));
  const keyed = effects.filter((one) => one.effect === 'keyed');
  // The target keeps one of each key: exactly one effect per step.
  const keys = new Set(keyed.map((one) => one.key));
  expect(keys.size, `${where}: keys`).toBe(new Set(keyed.map((one) => one.path)).size);
  const tries = effects.filter((one) => one.effect === 'try').map((one) => one.key);
  expect([...new Set(tries)], `${where}: tries`).toEqual(
    expected.filter((one) => one.effect === 'try').map((one) => one.key),
  );
  // Only the try that was cut off is made twice.
  expect(tries.length, `${where}: tries`).toBeLessThanOrEqual(new Set(tries).size + 1);
}

/** One end per step, no gaps, and deadlines that did not move. */
function expectJournal(folder: string, where: string): void {
  const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: folder, key: journalKey });
  const rows = journal.load();
  void journal.close();
  expect(rows.map((row) => row.seq)).toEqual(rows.map((_row, i) => i + 1));
  const finished = rows.filter((row) => row.kind === 'finished').map((row) => row.path);
  expect(new Set(finished).size, `one end per step: ${where}`).toBe(finished.length);
  for (const path of ['delay', 'wait']) {
    const deadlines = rows
      .filter((row) => row.path === path && row.kind === 'started')
      .map((row) => JSON.stringify(row.data));
    expect(new Set(deadlines).size, `${where}: ${path}`).toBeLessThanOrEqual(1);
  }
}
