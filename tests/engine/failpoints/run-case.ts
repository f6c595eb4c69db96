import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, effectSchema } from '@casare/shared';
import { z } from 'zod';
// The parts themselves, not the package's door: a process that is killed hundreds of times must not load every node pack.
import { compile } from '../../../engine/compile.ts';
import { defineNode, type NodeDefinition } from '../../../engine/define-node.ts';
import type { Journal } from '../../../engine/journal/journal.ts';
import { openSqliteJournal } from '../../../engine/journal/sqlite-journal.ts';
import { controlNodes } from '../../../engine/nodes/control/index.ts';
import { call } from '../../../engine/nodes/workflow/call.ts';
import { createRegistry } from '../../../engine/registry.ts';
import type { RunResources } from '../../../engine/resources/run-resources.ts';
import { run } from '../../../engine/run.ts';
import type { RunResult } from '../../../engine/run-options.ts';
import type { FailpointCase } from './cases.ts';

/** Told of every moment in which a process could be killed. */
export type Boundary = (label: string) => void;

export interface CaseRun {
  result: Pick<RunResult, 'status' | 'output' | 'inDoubtPath' | 'error'>;
  boundaries: number;
}

export const journalKey = Buffer.alloc(32, 5);

/** Runs a case in a folder, from where its journal stands. */
export async function runCase(
  { document, called = {} }: FailpointCase,
  folder: string,
  onBoundary: Boundary = () => undefined,
): Promise<CaseRun> {
  let boundaries = 0;
  const boundary: Boundary = (label) => {
    boundaries += 1;
    onBoundary(label);
  };
  const journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), runId: folder, key: journalKey });
  const registry = createRegistry([...controlNodes, call, ...testNodes(join(folder, 'effects'), boundary)]);
  try {
    const result = await run(compile(document, registry), {
      runId: folder,
      input: {},
      journal: watched(journal, boundary),
      resources: noResources,
      loadWorkflow: (id) => {
        const found = called[id];
        return found === undefined
          ? Promise.reject(new Error(`no workflow ${id}`))
          : Promise.resolve({ document: found });
      },
    });
    return { result, boundaries };
  } finally {
    await journal.close();
  }
}

function watched(journal: Journal, boundary: Boundary): Journal {
  return {
    load: () => journal.load(),
    append(row, shown) {
      boundary(`before append ${row.kind}`);
      const numbered = journal.append(row, shown);
      boundary(`after append ${row.kind}`);
      return numbered;
    },
    async flush(reason) {
      boundary(`before flush ${reason}`);
      await journal.flush(reason);
      boundary(`after flush ${reason}`);
    },
    close: () => journal.close(),
  };
}

/** The ledger of what really happened: on the disk before the step knows of it, so that no kill can hide it. */
export function readEffects(folder: string): { effect: string; path: string; key: string }[] {
  let text = '';
  try {
    text = readFileSync(join(folder, 'effects'), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { effect: string; path: string; key: string });
}

function testNodes(ledger: string, boundary: Boundary): NodeDefinition[] {
  const common = { version: 1, category: 'data' as const, icon: 'box', description: 'A node of the tests.' };
  const note = (line: object) => {
    const file = openSync(ledger, 'a');
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
    closeSync(file);
  };
  return [
    defineNode({
      ...common,
      type: 'test.act',
      title: 'Act',
      params: z.strictObject({ effect: effectSchema, value: z.unknown() }),
      output: z.unknown(),
      effect: 'once',
      effectOf: ({ effect }) => effect,
      examples: [{ title: 'One', params: { effect: 'once', value: 1 } }],
      async run(ctx, { effect, value }) {
        boundary('before effect');
        note({ effect, path: ctx.path, key: ctx.effectKey });
        boundary('after effect');
        await delay(1);
        return { output: value };
      },
    }),
    defineNode({
      ...common,
      type: 'test.set',
      title: 'Set',
      params: z.strictObject({ name: z.string(), value: z.unknown() }),
      output: z.unknown(),
      effect: 'pure',
      examples: [{ title: 'One', params: { name: 'a', value: 1 } }],
      run(ctx, { name, value }) {
        ctx.setVariable(name, value);
        return {};
      },
    }),
    defineNode({
      ...common,
      type: 'test.flaky',
      title: 'Flaky',
      params: z.strictObject({ until: z.int() }),
      output: z.number(),
      effect: 'keyed',
      examples: [{ title: 'One', params: { until: 2 } }],
      run(ctx, { until }) {
        boundary('before effect');
        note({ effect: 'try', path: ctx.path, key: String(ctx.attempt) });
        boundary('after effect');
        if (ctx.attempt < until) throw new AppError('HTTP_FAILED', 'not yet', { retryable: true });
        return { output: ctx.attempt };
      },
    }),
  ];
}

/** No step of the cases opens anything. */
const noResources = {
  snapshot: () => Promise.resolve(undefined),
  restore: () => undefined,
  close: () => Promise.resolve(),
} as unknown as RunResources;
