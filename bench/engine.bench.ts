import { rmSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compile,
  controlNodes,
  createMemoryJournal,
  createRegistry,
  defineNode,
  type Journal,
  openSqliteJournal,
  type Program,
  type RunResources,
  run,
} from '@casare/engine';
import { compileExpression, EMPTY_SCOPE, type ExpressionScope, type Workflow, workflowSchema } from '@casare/shared';
import Database from 'better-sqlite3';
import { z } from 'zod';

const pure = defineNode({
  type: 'bench.pure',
  version: 1,
  title: 'Pure',
  category: 'data',
  icon: 'box',
  description: 'Hands on its parameter.',
  params: z.strictObject({ value: z.unknown() }),
  output: z.unknown(),
  effect: 'pure',
  examples: [{ title: 'One', params: { value: 1 } }],
  run: (_ctx, { value }) => ({ output: value }),
});

const keyed = defineNode({
  type: 'bench.keyed',
  version: 1,
  title: 'Keyed',
  category: 'data',
  icon: 'key',
  description: 'Acts under a key, so that its start is durable before it does.',
  params: z.strictObject({}),
  output: z.unknown(),
  effect: 'keyed',
  examples: [{ title: 'One', params: {} }],
  run: () => ({ output: 1 }),
});

const registry = createRegistry([...controlNodes, pure, keyed]);

/** A run that opens nothing. */
const resources = {
  close: async () => undefined,
  snapshot: async () => undefined,
  restore() {},
} as unknown as RunResources;

function chain(count: number, type: string, params: Record<string, unknown>): Program {
  const nodes = [{ id: 'start', type: 'control.start' }] as { id: string; type: string; params?: unknown }[];
  const edges: Workflow['edges'] = [];
  for (let i = 0; i < count; i++) {
    edges.push(wire(nodes[i]?.id ?? '', 'out', `n${i}`));
    nodes.push({ id: `n${i}`, type, params });
  }
  return compile(documentOf(nodes, edges), registry);
}

function loop(times: number): Program {
  const nodes = [
    { id: 'start', type: 'control.start' },
    { id: 'loop', type: 'control.repeat', params: { times } },
    { id: 'a', type: 'bench.pure', params: { value: '${index}' } },
    { id: 'b', type: 'bench.pure', params: { value: 1 } },
  ];
  return compile(
    documentOf(nodes, [wire('start', 'out', 'loop'), wire('loop', 'body', 'a'), wire('a', 'out', 'b')]),
    registry,
  );
}

function wire(from: string, port: string, to: string): Workflow['edges'][number] {
  return { id: `${from}-${port}-${to}`.slice(0, 64), from: { node: from, port }, to: { node: to, port: 'in' } };
}

function documentOf(nodes: readonly unknown[], edges: readonly unknown[]): Workflow {
  return workflowSchema.parse({ schemaVersion: 1, id: 'bench', name: 'bench', nodes, edges });
}

async function seconds(program: Program, journal: Journal): Promise<number> {
  const begun = performance.now();
  const result = await run(program, { runId: 'bench', input: {}, journal, resources });
  const took = (performance.now() - begun) / 1000;
  if (result.status !== 'completed') throw result.error ?? new Error('The run did not complete.');
  return took;
}

function print(name: string, unit: string, values: number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const [min, max] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const round = (value: number) => (value < 100 ? Number(value.toPrecision(3)) : Math.round(value));
  console.log(JSON.stringify({ name, unit, value: round(median), min: round(min), max: round(max) }));
}

async function repeat(times: number, measure: () => Promise<number> | number): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await measure());
  return values;
}

async function benchMemory(): Promise<void> {
  for (const count of [10, 100, 1000, 10_000, 99_999]) {
    const program = chain(count, 'bench.pure', { value: 1 });
    // Short chains are run often enough that what is measured takes 50 ms and more.
    const runs = Math.ceil(100_000 / count);
    const measure = async () => {
      const begun = performance.now();
      for (let i = 0; i < runs; i++) await seconds(program, createMemoryJournal());
      return (runs * count) / ((performance.now() - begun) / 1000);
    };
    await repeat(2, measure);
    print(`chain of ${count} pure nodes, in memory`, 'nodes/s', await repeat(7, measure));
  }
  const times = 20_000;
  const program = loop(times);
  const measure = async () => (2 * times) / (await seconds(program, createMemoryJournal()));
  await repeat(2, measure);
  print(`loop of two nodes, ${times} times, in memory`, 'nodes/s', await repeat(7, measure));
}

function plainCommits(path: string): number {
  const database = new Database(path);
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.exec('create table journal (seq integer primary key, payload text not null) strict');
  const insert = database.prepare('insert into journal (payload) values (?)');
  const payload = JSON.stringify({ kind: 'started', path: 'n1', nodeId: 'n1', at: 1_700_000_000_000, seq: 1 });
  const commits = 3000;
  const begun = performance.now();
  for (let i = 0; i < commits; i++) insert.run(payload);
  const took = (performance.now() - begun) / 1000;
  database.close();
  return commits / took;
}

async function benchSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'casare-bench-'));
  let file = 0;
  const journalled = async (program: Program, count: number) => {
    const journal = openSqliteJournal(join(folder, `${file++}.sqlite`));
    const took = await seconds(program, journal);
    await journal.close();
    return count / took;
  };
  try {
    const batched = chain(10_000, 'bench.pure', { value: 1 });
    print('journalled pure nodes, SQLite FULL', 'nodes/s', await repeat(5, () => journalled(batched, 10_000)));
    // What the database alone does with one row of the size of a step's, a commit each: the limit of the next figure.
    print(
      'one row a commit, SQLite FULL alone',
      'commits/s',
      await repeat(5, () => plainCommits(join(folder, `${file++}.sqlite`))),
    );
    const awaited = chain(2000, 'bench.keyed', {});
    print('journalled nodes, each awaited, SQLite FULL', 'nodes/s', await repeat(5, () => journalled(awaited, 2000)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchExpression(): Promise<void> {
  const compiled = compileExpression('steps.a.output.items[0].name', { stepSlot: () => 0 });
  if (!compiled.ok) throw new Error('The expression does not compile.');
  const { evaluate } = compiled.expression;
  const output = { items: [{ name: 'x' }] };
  const scope: ExpressionScope = { ...EMPTY_SCOPE, stepOutput: () => output };
  const times = 1_000_000;
  const measure = () => {
    const begun = performance.now();
    for (let i = 0; i < times; i++) evaluate(scope);
    return ((performance.now() - begun) * 1e6) / times;
  };
  await repeat(2, measure);
  print('plain reference in an expression', 'ns', await repeat(7, measure));
}

await benchMemory();
await benchSqlite();
await benchExpression();
