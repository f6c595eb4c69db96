import type { StepRow } from '@casare/shared';
import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { createTestBed, runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown) => ({ type: 'test.value', params: { value: of as never } });
const effect = (kind: string, of: unknown = null, rest: object = {}) => ({
  type: 'test.effect',
  params: { effect: kind, value: of as never },
  ...rest,
});

/** A loop, a try with all its parts, a parallel, a retry, a delay, variables and effects of every kind. */
const everything = workflowOf(
  {
    start,
    each: { type: 'control.forEach', params: { items: ['a', 'b', 'c'] } },
    add: { type: 'test.variable', params: { name: 'seen', value: '${vars.seen + item}' } },
    send: effect('once', 'sent ${item}'),
    pass: { type: 'control.if', params: { condition: '${index == 1}' } },
    skip: 'control.continue',
    post: effect('keyed'),
    try: 'control.try',
    bad: { type: 'control.throw', params: { message: 'after ${vars.seen}' } },
    caught: value('${error.message}'),
    cleanup: effect('idempotent', 'clean'),
    par: 'control.parallel',
    left: { type: 'control.delay', params: { ms: 5 } },
    leftVar: { type: 'test.variable', params: { name: 'side', value: 'left' } },
    right: { type: 'test.later', params: { value: 'right' } },
    rightVar: { type: 'test.variable', params: { name: 'side', value: 'right' } },
    again: { type: 'control.retry', params: { attempts: 3, initialMs: 1, jitter: 0 } },
    try2: { type: 'control.assert', params: { condition: '${index == 2}', message: 'not yet' } },
    many: { type: 'control.forEach', params: { items: [3, 2, 1], concurrency: 2 } },
    slow: { type: 'test.later', params: { value: '${item * 2}', turns: '${item}' as never } },
    while: { type: 'control.while', params: { condition: '${vars.n < 2}' } },
    count: { type: 'test.variable', params: { name: 'n', value: '${vars.n + 1}' } },
  },
  [
    'start>each',
    'each.body>add',
    'add>send',
    'send>pass',
    'pass.true>skip',
    'pass.false>post',
    'each>try',
    'try.body>bad',
    'try.catch>caught',
    'try.finally>cleanup',
    'try>par',
    'par.branch1>left',
    'left>leftVar',
    'par.branch2>right',
    'right>rightVar',
    'par>again',
    'again.body>try2',
    'again>many',
    'many.body>slow',
    'many>while',
    'while.body>count',
  ],
  {
    variables: [
      { name: 'seen', type: 'text', default: '' },
      { name: 'side', type: 'text', default: '' },
      { name: 'n', type: 'number', default: 0 },
    ],
    outputs: [
      { name: 'seen', value: '${vars.seen}' },
      { name: 'side', value: '${vars.side}' },
      { name: 'each', value: '${steps.each.output}' },
      { name: 'caught', value: '${steps.caught.output}' },
      { name: 'attempts', value: '${steps.again.output.attempts}' },
      { name: 'many', value: '${steps.many.output.results}' },
      { name: 'n', value: '${vars.n}' },
    ],
  },
);

const finishedPaths = (rows: readonly StepRow[]) =>
  new Set(rows.filter((row) => row.kind === 'finished').map((row) => row.path));

/** The step that must not happen twice was begun, and its end is not recorded. */
const isInDoubt = (row: StepRow | undefined) => row?.kind === 'started' && row.nodeId === 'send';

test('a run cut after any row and resumed gives the same result, and repeats nothing that was finished', async () => {
  const whole = await runDocument(everything);
  expect(whole.status).toBe('completed');
  expect(whole.output).toMatchObject({ seen: 'abc', caught: 'after abc', attempts: 3, many: [6, 4, 2], n: 2 });
  expect(whole.rows.length).toBeGreaterThan(40);
  for (let cut = 0; cut <= whole.rows.length; cut++) {
    const before = whole.rows.slice(0, cut);
    if (isInDoubt(before.at(-1))) continue;
    const resumed = await runDocument(everything, { rows: before });
    expect(resumed.status, `cut after row ${cut}`).toBe('completed');
    // Which branch set the variable last is decided by time; the row order tells what is right for the resumed run.
    const { side, ...rest } = resumed.output;
    const { side: _, ...expected } = whole.output;
    expect(rest, `cut after row ${cut}`).toEqual(expected);
    expect(side).toBe(resumed.rows.filter((row) => row.vars?.side !== undefined).at(-1)?.vars?.side);
    const done = finishedPaths(before);
    expect(
      resumed.ledger.filter((path) => done.has(path)),
      `cut after row ${cut}`,
    ).toEqual([]);
    expect(finishedPaths(resumed.rows)).toEqual(finishedPaths(whole.rows));
    expect(resumed.rows.map((row) => row.seq)).toEqual(resumed.rows.map((_row, i) => i + 1));
  }
});

test('a run cut while a step that must not happen twice was under way is parked there', async () => {
  const { rows } = await runDocument(everything);
  const cuts = rows.flatMap((row, i) => (isInDoubt(row) ? [i + 1] : []));
  expect(cuts).toHaveLength(3);
  for (const cut of cuts) {
    const resumed = await runDocument(everything, { rows: rows.slice(0, cut) });
    expect(resumed).toMatchObject({ status: 'parked', error: { code: 'STEP_IN_DOUBT' }, ledger: [] });
    expect(resumed.inDoubtPath).toBe(rows[cut - 1]?.path);
    expect(resumed.rows).toHaveLength(cut);
  }
});

test('a finished journal is replayed without running or writing anything', async () => {
  const whole = await runDocument(everything);
  const again = await runDocument(everything, { rows: whole.rows });
  expect(again).toMatchObject({ status: 'completed', output: whole.output, steps: 0, ledger: [] });
  expect(again.rows).toEqual(whole.rows);
  expect(again.replayedSteps).toBe(whole.steps);
});

const oneEffect = (kind: string, rest: object = {}) =>
  workflowOf({ start, act: effect(kind, null, rest), after: value('${steps.act.output}') }, ['start>act', 'act>after']);
const startedRow: StepRow = { seq: 1, kind: 'started', path: 'act', nodeId: 'act', at: 1 };

test.each([
  ['pure', {}, 'completed', ['act', 'after']],
  ['idempotent', {}, 'completed', ['act', 'after']],
  ['keyed', {}, 'completed', ['act', 'after']],
  ['once', {}, 'parked', []],
  ['ask', {}, 'parked', []],
  ['once', { onInDoubt: 'retry' }, 'completed', ['act', 'after']],
  ['once', { onInDoubt: 'skip' }, 'completed', ['after']],
  ['once', { onInDoubt: 'fail' }, 'failed', []],
])('a step of effect %s in doubt with %j: %s', async (kind, rest, status, ledger) => {
  const result = await runDocument(oneEffect(kind, rest), { rows: [startedRow] });
  expect(result).toMatchObject({ status, ledger });
  expect(result.error?.code).toBe(status === 'completed' ? undefined : 'STEP_IN_DOUBT');
});

test('a step in doubt that fails can be handled at its error port', async () => {
  const document = workflowOf(
    { start, act: effect('once', null, { onInDoubt: 'fail' }), seen: value('${steps.act.error.code}') },
    ['start>act', 'act.error>seen'],
    {
      outputs: [{ name: 'seen', value: '${steps.seen.output}' }],
    },
  );
  expect((await runDocument(document, { rows: [startedRow] })).output).toEqual({ seen: 'STEP_IN_DOUBT' });
});

test('the effect key of a step is the same in every attempt, and another one elsewhere', async () => {
  const document = workflowOf({ start, each: { type: 'control.repeat', params: { times: 2 } }, act: effect('keyed') }, [
    'start>each',
    'each.body>act',
  ]);
  const whole = await runDocument(document);
  const keys = (rows: readonly StepRow[]) =>
    rows.flatMap((row) => (row.kind === 'finished' && row.nodeId === 'act' ? [row.output] : []));
  expect(new Set(keys(whole.rows)).size).toBe(2);
  const cut = whole.rows.findIndex((row) => row.kind === 'finished' && row.nodeId === 'act');
  expect(keys((await runDocument(document, { rows: whole.rows.slice(0, cut) })).rows)).toEqual(keys(whole.rows));
  expect(keys((await runDocument(document, { runId: 'other' })).rows)).not.toEqual(keys(whole.rows));
});

test('a step that must not happen twice and whose failure leaves open whether it did is in doubt when the run is taken up again', async () => {
  const failed: StepRow = { ...startedRow, seq: 2, kind: 'failed', error: { code: 'NODE_TIMEOUT', message: 'late' } };
  for (const code of ['NODE_TIMEOUT', 'BROWSER_CRASHED', 'STEP_IN_DOUBT'] as const) {
    const rows = [startedRow, { ...failed, error: { code, message: 'who knows' } }];
    expect((await runDocument(oneEffect('once'), { rows })).status).toBe('parked');
  }
  const refused: StepRow = { ...failed, error: { code: 'HTTP_FAILED', message: 'refused' } };
  expect((await runDocument(oneEffect('once'), { rows: [startedRow, refused] })).status).toBe('completed');
});

test('a delay that was interrupted waits only for the rest', async () => {
  const document = workflowOf({ start, delay: { type: 'control.delay', params: { ms: 600_000 } }, after: value(1) }, [
    'start>delay',
    'delay>after',
  ]);
  const started: StepRow = {
    seq: 1,
    kind: 'started',
    path: 'delay',
    nodeId: 'delay',
    at: 1,
    data: { until: Date.now() + 30 },
  };
  const result = await runDocument(document, { rows: [started] });
  expect(result).toMatchObject({ status: 'completed', ledger: ['after'] });
  expect(result.durationMs).toBeLessThan(5000);
});

test('the pause of a retry that was interrupted keeps its end', async () => {
  const document = workflowOf(
    {
      start,
      again: { type: 'control.retry', params: { attempts: 2, initialMs: 600_000, maxMs: 600_000, jitter: 0 } },
      fail: { type: 'test.fail', params: { times: 1 } },
    },
    ['start>again', 'again.body>fail'],
  );
  const controller = new AbortController();
  const bed = createTestBed();
  const cancelled = await runDocument(document, {
    bed,
    signal: controller.signal,
    onEvents: (events) => {
      if (events.some((event) => event.type === 'node.retrying')) controller.abort();
    },
  });
  expect(cancelled.status).toBe('cancelled');
  const rows = cancelled.rows.map((row) =>
    row.kind === 'started' ? { ...row, data: { attempt: 1, until: Date.now() + 20 } } : row,
  );
  expect(rows.some((row) => row.kind === 'started' && row.path === 'again')).toBe(true);
  const resumed = await runDocument(document, { bed, rows });
  expect(resumed).toMatchObject({ status: 'completed', ledger: ['again[0]/fail', 'again[1]/fail'] });
});

test('a failure that nobody handled runs again when the run is taken up again', async () => {
  const document = workflowOf({ start, a: value(1), fail: { type: 'test.fail', params: { times: 1 } } }, [
    'start>a',
    'a>fail',
  ]);
  const bed = createTestBed();
  const first = await runDocument(document, { bed });
  expect(first.status).toBe('failed');
  const second = await runDocument(document, { bed, rows: first.rows });
  expect(second).toMatchObject({ status: 'completed', replayedSteps: 2, ledger: ['a', 'fail', 'fail'] });
});

test('a resumed run keeps the time it was started', async () => {
  const document = workflowOf({ start, a: value('${run.startedAt}') }, ['start>a'], {
    outputs: [{ name: 'at', value: '${run.startedAt}' }],
  });
  const first = await runDocument(document);
  const second = await runDocument(document, {
    rows: first.rows.slice(0, 1),
    clock: { now: () => 9e15, sleep: () => Promise.resolve() },
  });
  expect(second.output).toEqual(first.output);
});

test('a Finally that a failure passed runs again when the failed step is tried anew', async () => {
  const document = workflowOf(
    {
      start,
      try: 'control.try',
      fail: { type: 'test.fail', params: { times: 1 } },
      cleanup: value('clean'),
      after: value(1),
    },
    ['start>try', 'try.body>fail', 'try.finally>cleanup', 'try>after'],
  );
  const bed = createTestBed();
  const first = await runDocument(document, { bed });
  expect(first).toMatchObject({ status: 'failed', ledger: ['try/body/fail', 'try/finally/cleanup'] });
  bed.ledger.length = 0;
  bed.ledger.push('try/body/fail');
  const second = await runDocument(document, { bed, rows: first.rows });
  expect(second.status).toBe('completed');
  expect(bed.ledger).toEqual(['try/body/fail', 'try/body/fail', 'try/finally/cleanup', 'after']);
  // Killed right after the second try: the Finally of the first failure still does not count.
  const cut = second.rows.findLastIndex((row) => row.path === 'try/body/fail') + 1;
  const third = await runDocument(document, { rows: second.rows.slice(0, cut) });
  expect(third).toMatchObject({ status: 'completed', ledger: ['try/finally/cleanup', 'after'] });
});

test('a race that was decided keeps its winner, wherever the run is cut', async () => {
  const nodes = {
    start,
    race: { type: 'control.parallel', params: { branches: 3, mode: 'any' } },
    bad: 'test.fail',
    quick: { type: 'test.later', params: { value: 'quick' } },
    slow: { type: 'control.delay', params: { ms: 600_000 } },
    after: value('${steps.quick.output} ${steps.race.output.winner}'),
  };
  const document = workflowOf(
    nodes,
    ['start>race', 'race.branch1>bad', 'race.branch2>quick', 'race.branch3>slow', 'race>after'],
    {
      outputs: [{ name: 'after', value: '${steps.after.output}' }],
    },
  );
  const whole = await runDocument(document);
  for (let cut = 0; cut <= whole.rows.length; cut++) {
    const resumed = await runDocument(document, { rows: whole.rows.slice(0, cut) });
    expect(resumed, `cut after row ${cut}`).toMatchObject({ status: 'completed', output: { after: 'quick branch2' } });
  }
});

test('a container that was over its time limit and handled is not begun again by a resumed run; its variables are there', async () => {
  const document = workflowOf(
    {
      start,
      each: { type: 'control.forEach', params: { items: [1, 2] }, timeoutMs: 40 },
      note: { type: 'test.variable', params: { name: 'seen', value: '${item}' } },
      wait: { type: 'control.delay', params: { ms: '${item == 1 ? 1 : 600000}' } },
      late: value('${steps.each.error.code} after ${vars.seen}'),
    },
    ['start>each', 'each.body>note', 'note>wait', 'each.error>late'],
    { variables: [{ name: 'seen', type: 'number' }], outputs: [{ name: 'late', value: '${steps.late.output}' }] },
  );
  const { rows, output } = await runDocument(document);
  expect(output).toEqual({ late: 'NODE_TIMEOUT after 2' });
  const cut = rows.findIndex((row) => row.kind === 'handled' && row.path === 'each') + 1;
  expect(cut).toBeGreaterThan(0);
  expect(await runDocument(document, { rows: rows.slice(0, cut) })).toMatchObject({
    status: 'completed',
    output,
    ledger: ['late'],
  });
});
