// Started as a process by resume-kill.long.test.ts: runs one workflow with a SQLite journal and writes every effect to a file.
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  compile,
  controlNodes,
  createRegistry,
  createRunResources,
  defineNode,
  openSqliteJournal,
  run,
} from '@casare/engine';
import { effectSchema } from '@casare/shared';
import { z } from 'zod';
import { workflowOf } from '../support/workflows.ts';

const [journalPath = '', ledgerPath = ''] = process.argv.slice(2);

const act = defineNode({
  type: 'test.act',
  version: 1,
  title: 'Act',
  category: 'data',
  icon: 'box',
  description: 'Writes a line.',
  params: z.strictObject({ effect: effectSchema, value: z.unknown() }),
  output: z.unknown(),
  effect: 'once',
  effectOf: ({ effect }) => effect,
  examples: [{ title: 'One', params: { effect: 'once', value: 1 } }],
  async run(ctx, { value }) {
    appendFileSync(ledgerPath, `${ctx.path} ${ctx.effectKey}\n`);
    await delay(2);
    return { output: value };
  },
});

const document = workflowOf(
  {
    start: 'control.start',
    each: { type: 'control.forEach', params: { items: Array.from({ length: 25 }, (_, i) => i) } },
    once: { type: 'test.act', params: { effect: 'once', value: 1 }, onInDoubt: 'skip' },
    try: 'control.try',
    keyed: { type: 'test.act', params: { effect: 'keyed', value: '${item}' } },
    throw: { type: 'control.throw', params: { message: 'odd' } },
    odd: { type: 'control.if', params: { condition: '${item % 2 == 1}' } },
    caught: { type: 'test.act', params: { effect: 'idempotent', value: '${error.message}' } },
    par: { type: 'control.forEach', params: { items: [1, 2, 3, 4], concurrency: 4 } },
    same: { type: 'test.act', params: { effect: 'keyed', value: '${item * 10}' } },
  },
  [
    'start>each',
    'each.body>once',
    'once>try',
    'try.body>keyed',
    'keyed>odd',
    'odd.true>throw',
    'try.catch>caught',
    'each>par',
    'par.body>same',
  ],
  {
    outputs: [
      { name: 'count', value: '${steps.each.output.count}' },
      { name: 'same', value: '${steps.par.output.results}' },
    ],
  },
);

const journal = openSqliteJournal({ path: journalPath, runId: 'killed' });
const result = await run(compile(document, createRegistry([...controlNodes, act])), {
  runId: 'killed',
  input: {},
  journal,
  resources: createRunResources({ folder: tmpdir() }),
});
await journal.close();
process.stdout.write(JSON.stringify({ status: result.status, output: result.output, message: result.error?.message }));
