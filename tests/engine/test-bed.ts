import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import {
  compile,
  controlNodes,
  createMemoryJournal,
  createRegistry,
  createRunResources,
  defineNode,
  type NodeDefinition,
  type Registry,
  type RunOptions,
  type RunResult,
  run,
} from '@casare/engine';
import { AppError, effectSchema, type StepRow, type Workflow } from '@casare/shared';
import { z } from 'zod';

/** What the steps of a test did to the world, in order: the path of each time a node ran. */
export type Ledger = string[];

export interface TestBed {
  registry: Registry;
  ledger: Ledger;
}

const common = {
  version: 1,
  category: 'data',
  icon: 'box',
  description: 'A node of the tests.',
  output: z.unknown(),
} as const;

/** Tiny node types that write what they do into a ledger. */
export function createTestBed(extra: readonly NodeDefinition[] = []): TestBed {
  const ledger: Ledger = [];
  const nodes = [valueNode(ledger), variableNode(ledger), laterNode(ledger), effectNode(ledger), failNode(ledger)];
  return { ledger, registry: createRegistry([...controlNodes, ...nodes, ...extra]) };
}

/** Gives its parameter back at once. */
function valueNode(ledger: Ledger): NodeDefinition {
  return defineNode({
    ...common,
    type: 'test.value',
    title: 'Value',
    params: z.strictObject({ value: z.unknown() }),
    effect: 'pure',
    examples: [{ title: 'One', params: { value: 1 } }],
    run(ctx, { value }) {
      ledger.push(ctx.path);
      return { output: value };
    },
  });
}

function variableNode(ledger: Ledger): NodeDefinition {
  return defineNode({
    ...common,
    type: 'test.variable',
    title: 'Variable',
    params: z.strictObject({ name: z.string(), value: z.unknown() }),
    effect: 'pure',
    examples: [{ title: 'One', params: { name: 'a', value: 1 } }],
    run(ctx, { name, value }) {
      ledger.push(ctx.path);
      ctx.setVariable(name, value);
      return { output: value };
    },
  });
}

/** Gives its parameter back after some turns of the event loop. */
function laterNode(ledger: Ledger): NodeDefinition {
  return defineNode({
    ...common,
    type: 'test.later',
    title: 'Later',
    params: z.strictObject({ value: z.unknown(), turns: z.number().default(1) }),
    effect: 'idempotent',
    examples: [{ title: 'One', params: { value: 1 } }],
    async run(ctx, { value, turns }) {
      ledger.push(ctx.path);
      for (let i = 0; i < turns; i++) await setImmediate();
      return { output: value };
    },
  });
}

/** Acts on the world in the way the parameter says. */
function effectNode(ledger: Ledger): NodeDefinition {
  return defineNode({
    ...common,
    type: 'test.effect',
    title: 'Effect',
    params: z.strictObject({ effect: effectSchema, value: z.unknown().optional() }),
    effect: 'once',
    effectOf: ({ effect }) => effect,
    examples: [{ title: 'Once', params: { effect: 'once' } }],
    async run(ctx, { value }) {
      ledger.push(ctx.path);
      await setImmediate();
      return { output: value ?? ctx.effectKey };
    },
  });
}

/** Fails as often as it is told, counted over the ledger by node id, then succeeds. */
function failNode(ledger: Ledger): NodeDefinition {
  return defineNode({
    ...common,
    type: 'test.fail',
    title: 'Fail',
    params: z.strictObject({
      times: z.number().default(1_000_000),
      message: z.string().default('no'),
      retryable: z.boolean().default(false),
    }),
    effect: 'pure',
    examples: [{ title: 'Always', params: {} }],
    run(ctx, { times, message, retryable }) {
      const before = ledger.filter((path) => path.endsWith(ctx.nodeId)).length;
      ledger.push(ctx.path);
      if (before < times) throw new AppError('HTTP_FAILED', message, { retryable });
      return { output: 'succeeded' };
    },
  });
}

export interface TestRun extends RunResult {
  rows: readonly StepRow[];
  ledger: Ledger;
}

/** Compiles and runs a document with a memory journal, from `rows` on when an earlier attempt left some. */
export async function runDocument(
  document: Workflow,
  options: Partial<RunOptions> & { bed?: TestBed; rows?: readonly StepRow[] } = {},
): Promise<TestRun> {
  const { bed = createTestBed(), rows, ...rest } = options;
  const journal = createMemoryJournal(structuredClone(rows ?? []));
  const result = await run(compile(document, bed.registry), {
    runId: 'test-run',
    input: {},
    journal,
    resources: createRunResources({ folder: tmpdir() }),
    ...rest,
  });
  return { ...result, rows: JSON.parse(JSON.stringify(journal.rows)) as StepRow[], ledger: bed.ledger };
}
