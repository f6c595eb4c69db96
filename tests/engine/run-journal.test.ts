import { join } from 'node:path';
import { createMemoryJournal, defineNode, type Journal, openSqliteJournal } from '@casare/engine';
import { effectSchema } from '@casare/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { prepareTempFolders } from '../support/temp.ts';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const makeTempFolder = prepareTempFolders('run-journal');
const start = 'control.start';
const value = { type: 'test.value', params: { value: 1 } };

/** Gives what a second reader of the journal finds while the step acts: what a crash now would leave. */
const witness = (path: string) =>
  defineNode({
    type: 'test.witness',
    version: 1,
    title: 'Witness',
    category: 'data',
    icon: 'eye',
    description: 'A node of the tests.',
    params: z.strictObject({ effect: effectSchema }),
    output: z.array(z.string()),
    effect: 'once',
    effectOf: ({ effect }) => effect,
    examples: [{ title: 'One', params: { effect: 'once' } }],
    run() {
      const reader = openSqliteJournal(path);
      const output = reader.load().map((row) => `${row.kind} ${row.path}`);
      void reader.close();
      return { output };
    },
  });

test.each(['keyed', 'once', 'ask'])(
  'a step of effect %s acts only when its start, and everything before it, is on disk',
  async (effect) => {
    const path = join(await makeTempFolder(), 'journal.sqlite');
    const journal = openSqliteJournal(path);
    const step = { type: 'test.witness', params: { effect } };
    const document = workflowOf(
      { start, a: value, one: step, two: step, look: { type: 'test.witness', params: { effect: 'pure' } } },
      ['start>a', 'a>one', 'one>two', 'two>look'],
      {
        outputs: [
          { name: 'one', value: '${steps.one.output}' },
          { name: 'two', value: '${steps.two.output}' },
        ],
      },
    );
    const { status, output } = await runDocument(document, { journal, bed: createTestBed([witness(path)]) });
    await journal.close();
    expect(status).toBe('completed');
    const before = ['finished start', 'finished a', 'started one'];
    expect(output).toEqual({ one: before, two: [...before, 'finished one', 'started two'] });
  },
);

/** A memory journal that counts its flushes. */
function countingJournal(): Journal & { flushes: string[] } {
  const flushes: string[] = [];
  return { ...createMemoryJournal(), flushes, flush: (reason) => void flushes.push(reason) };
}

test('pure steps share flushes', async () => {
  const journal = countingJournal();
  const nodes = { start, again: { type: 'control.repeat', params: { times: 640 } }, value };
  await runDocument(workflowOf(nodes, ['start>again', 'again.body>value']), { journal });
  expect(journal.flushes.length).toBeGreaterThanOrEqual(10);
  expect(journal.flushes.length).toBeLessThan(30);
  expect(journal.flushes).not.toContain('effect');
});

test('rows do not wait for a step that takes long', async () => {
  const journal = countingJournal();
  let before = -1;
  const slow = defineNode({
    type: 'test.slow',
    version: 1,
    title: 'Slow',
    category: 'data',
    icon: 'timer',
    description: 'A node of the tests.',
    params: z.strictObject({}),
    output: z.unknown(),
    effect: 'pure',
    examples: [{ title: 'One', params: {} }],
    async run(ctx) {
      await ctx.sleep(200);
      before = journal.flushes.length;
      return {};
    },
  });
  await runDocument(workflowOf({ start, value, slow: 'test.slow' }, ['start>value', 'value>slow']), {
    journal,
    bed: createTestBed([slow]),
  });
  expect(before).toBe(1);
});

test('what a step gives after the run was cancelled is still written, so that it is not done again', async () => {
  const controller = new AbortController();
  const late = defineNode({
    type: 'test.late',
    version: 1,
    title: 'Late',
    category: 'data',
    icon: 'timer',
    description: 'A node of the tests.',
    params: z.strictObject({}),
    output: z.unknown(),
    effect: 'once',
    examples: [{ title: 'One', params: {} }],
    async run(ctx) {
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 30));
      ctx.setVariable('a', 'sent');
      return { output: 'sent' };
    },
  });
  const document = workflowOf({ start, late: 'test.late', value }, ['start>late', 'late>value'], {
    variables: [{ name: 'a', type: 'any' }],
    outputs: [{ name: 'a', value: '${vars.a}' }],
  });
  const cancelled = await runDocument(document, { bed: createTestBed([late]), signal: controller.signal });
  expect(cancelled).toMatchObject({ status: 'cancelled', ledger: [] });
  expect(cancelled.rows.at(-1)).toMatchObject({ kind: 'finished', path: 'late', output: 'sent' });
  const resumed = await runDocument(document, { bed: createTestBed([late]), rows: cancelled.rows });
  expect(resumed).toMatchObject({ status: 'completed', output: { a: 'sent' }, ledger: ['value'] });
});
