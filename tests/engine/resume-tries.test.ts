import { createMemoryJournal, defineNode, type Journal } from '@casare/engine';
import { AppError, effectSchema, type StepRow } from '@casare/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';

/** Notes the number of each try and fails until it is told to stop. */
function tryingNode(tries: number[], succeedAt: number) {
  return defineNode({
    type: 'test.trying',
    version: 1,
    title: 'Trying',
    category: 'data',
    icon: 'box',
    description: 'A node of the tests.',
    params: z.strictObject({ effect: effectSchema }),
    output: z.unknown(),
    effect: 'once',
    effectOf: ({ effect }) => effect,
    examples: [{ title: 'One', params: { effect: 'once' } }],
    run(ctx) {
      tries.push(ctx.attempt);
      ctx.setVariable('last', ctx.attempt);
      if (ctx.attempt < succeedAt) throw new AppError('HTTP_FAILED', 'not yet', { retryable: true });
      return { output: ctx.attempt };
    },
  });
}

const tryingIn = (effect: string, initialMs: number) =>
  workflowOf(
    {
      start,
      act: {
        type: 'test.trying',
        params: { effect: effect as never },
        retry: { attempts: 3, initialMs, factor: 1, maxMs: 600_000, jitter: 0 },
      },
    },
    ['start>act'],
    { variables: [{ name: 'last', type: 'number', default: 0 }], outputs: [{ name: 'last', value: '${vars.last}' }] },
  );

test.each(['pure', 'keyed', 'once'])(
  'a step of effect %s goes on counting its tries after a crash in any of them',
  async (effect) => {
    const document = tryingIn(effect, 1);
    const tries: number[] = [];
    const whole = await runDocument(document, { bed: createTestBed([tryingNode(tries, 3)]) });
    expect(tries).toEqual([1, 2, 3]);
    expect(whole).toMatchObject({ status: 'completed', output: { last: 3 } });
    let cuts = 0;
    for (let cut = 1; cut < whole.rows.length; cut++) {
      const rows = whole.rows.slice(0, cut);
      if (effect === 'once' && rows.at(-1)?.kind === 'started') continue;
      const again: number[] = [];
      const resumed = await runDocument(document, { rows, bed: createTestBed([tryingNode(again, 3)]) });
      const failed = rows.filter((row) => row.kind === 'failed').length;
      expect(again, `cut after row ${cut}`).toEqual([1, 2, 3].slice(failed));
      expect(resumed, `cut after row ${cut}`).toMatchObject({ status: 'completed', output: { last: 3 } });
      cuts += 1;
    }
    expect(cuts).toBeGreaterThanOrEqual(3);
  },
);

test('the last try of a step stays the last after a crash, and the pause before it keeps its end', async () => {
  const retryAt = Date.now() + 40;
  const rows: StepRow[] = [
    { seq: 1, kind: 'finished', path: 'start', nodeId: 'start', at: 1, port: 'out' },
    {
      seq: 2,
      kind: 'failed',
      path: 'act',
      nodeId: 'act',
      at: 2,
      error: { code: 'HTTP_FAILED', message: 'not yet', retryable: true },
      data: { attempt: 2, retryAt },
    },
  ];
  const tries: number[] = [];
  const result = await runDocument(tryingIn('idempotent', 600_000), {
    rows,
    bed: createTestBed([tryingNode(tries, 9)]),
  });
  expect(result).toMatchObject({ status: 'failed', error: { code: 'HTTP_FAILED' } });
  expect(tries).toEqual([3]);
  expect(Date.now()).toBeGreaterThanOrEqual(retryAt);
  expect(result.durationMs).toBeLessThan(20_000);
});

const sendOnce = workflowOf(
  {
    start,
    act: { type: 'test.effect', params: { effect: 'once' } },
    after: { type: 'test.value', params: { value: '${steps.act.output}' } },
  },
  ['start>act', 'act>after'],
);

test('a step that was announced and stopped before it began is not in doubt', async () => {
  const controller = new AbortController();
  const journal = createMemoryJournal();
  const slow: Journal = {
    ...journal,
    flush: (reason) => {
      if (reason === 'effect') controller.abort();
    },
  };
  const cancelled = await runDocument(sendOnce, { journal: slow, signal: controller.signal });
  expect(cancelled).toMatchObject({ status: 'cancelled', ledger: [] });
  expect(journal.rows.map((row) => `${row.kind} ${row.path}`)).toEqual(['finished start', 'started act', 'failed act']);
  const resumed = await runDocument(sendOnce, { rows: journal.rows });
  expect(resumed).toMatchObject({ status: 'completed', ledger: ['act', 'after'] });
});
