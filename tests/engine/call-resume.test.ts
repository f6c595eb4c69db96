import type { StepRow } from '@casare/shared';
import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { call, callsDouble, double, effect, failing, runWith, start, value } from './call-bed.ts';
import { callNode } from './call-node.ts';
import { createTestBed } from './test-bed.ts';

const inner = workflowOf(
  {
    start,
    each: { type: 'control.forEach', params: { items: ['a', 'b'] } },
    add: { type: 'test.variable', params: { name: 'seen', value: '${vars.seen + item + input.tag}' } },
    send: effect('once', 'sent ${item}'),
    try: 'control.try',
    bad: { type: 'control.throw', params: { message: 'after ${vars.seen}' } },
    caught: value('${error.message}'),
    cleanup: effect('idempotent', 'clean'),
    pause: { type: 'control.delay', params: { ms: 2 } },
  },
  [
    'start>each',
    'each.body>add',
    'add>send',
    'each>try',
    'try.body>bad',
    'try.catch>caught',
    'try.finally>cleanup',
    'try>pause',
  ],
  {
    id: 'inner',
    inputs: [{ name: 'tag', type: 'text' }],
    variables: [{ name: 'seen', type: 'text', default: '' }],
    outputs: [
      { name: 'seen', value: '${vars.seen}' },
      { name: 'caught', value: '${steps.caught.output}' },
    ],
  },
);
const middle = workflowOf(
  { start, deep: call('inner', { tag: '${input.tag}!' }), post: effect('keyed') },
  ['start>deep', 'deep>post'],
  {
    id: 'middle',
    inputs: [{ name: 'tag', type: 'text' }],
    outputs: [{ name: 'deep', value: '${steps.deep.output}' }],
  },
);
const outer = workflowOf(
  {
    start,
    each: { type: 'control.forEach', params: { items: [1, 2] } },
    c: call('middle', { tag: '${vars.seen}' }),
    set: { type: 'test.variable', params: { name: 'seen', value: '${steps.c.output.deep.seen}' } },
    par: 'control.parallel',
    left: call('inner', { tag: 'l' }),
    right: call('inner', { tag: 'r' }),
    try: 'control.try',
    no: call('failing'),
    fine: value('${error.code}'),
  },
  [
    'start>each',
    'each.body>c',
    'c>set',
    'each>par',
    'par.branch1>left',
    'par.branch2>right',
    'par>try',
    'try.body>no',
    'try.catch>fine',
  ],
  {
    variables: [{ name: 'seen', type: 'text', default: '' }],
    outputs: [
      { name: 'seen', value: '${vars.seen}' },
      { name: 'results', value: '${steps.each.output.results}' },
      { name: 'par', value: '${steps.par.output.results}' },
      { name: 'fine', value: '${steps.fine.output}' },
    ],
  },
);
const all = [inner, middle, failing];
const finishedPaths = (rows: readonly StepRow[]) =>
  new Set(rows.filter((row) => row.kind === 'finished').map((row) => row.path));

/** A step that must not happen twice was begun, and its end is not recorded. */
function holdsDoubt(rows: readonly StepRow[]): boolean {
  const last = new Map(rows.filter(({ nodeId }) => nodeId === 'send').map((row) => [row.path, row.kind]));
  return [...last.values()].includes('started');
}

test('a run cut after any row, also deep inside of called workflows, gives the same result and repeats nothing', async () => {
  const whole = await runWith(outer, all);
  expect(whole).toMatchObject({ status: 'completed', output: { seen: 'aa!b!!ba!b!!', fine: 'HTTP_FAILED' } });
  expect(whole.rows.some((row) => row.path === 'each[1]/c/call/deep/call/each[0]/send')).toBe(true);
  for (let cut = 0; cut <= whole.rows.length; cut++) {
    const before = whole.rows.slice(0, cut);
    if (holdsDoubt(before)) continue;
    const { status, output, ledger, rows } = await runWith(outer, all, { rows: before });
    const done = finishedPaths(before);
    const repeated = ledger.filter((path) => done.has(path));
    expect({ cut, status, output, repeated }).toEqual({ cut, status: 'completed', output: whole.output, repeated: [] });
    expect(finishedPaths(rows)).toEqual(finishedPaths(whole.rows));
  }
  const again = await runWith(outer, all, { rows: whole.rows });
  // The call whose failure was caught is opened once more; what is in it is taken from the journal.
  expect(again).toMatchObject({ status: 'completed', output: whole.output, steps: 1, ledger: [] });
  expect(again.rows).toEqual(whole.rows);
});

test('a step in there that must not happen twice parks the run where it stands', async () => {
  const { rows } = await runWith(outer, all);
  const cut = rows.findIndex((row) => row.kind === 'started' && row.path === 'each[0]/c/call/deep/call/each[1]/send');
  const parked = await runWith(outer, all, { rows: rows.slice(0, cut + 1) });
  expect(parked).toMatchObject({ status: 'parked', inDoubtPath: 'each[0]/c/call/deep/call/each[1]/send', ledger: [] });
});

test('a resumed run refuses another content of the workflow it was in, but takes what a finished call gave', async () => {
  const { rows, output } = await runWith(callsDouble(3), [double]);
  const changed = { ...double, description: 'another' };
  const inside = rows.findIndex((row) => row.path === 'c/call/twice');
  expect(await runWith(callsDouble(3), [changed], { rows: rows.slice(0, inside + 1) })).toMatchObject({
    status: 'failed',
    error: { code: 'JOURNAL_MISMATCH', details: { path: 'c' } },
  });
  const finished = rows.findIndex((row) => row.kind === 'finished' && row.path === 'c');
  for (const children of [[changed], []])
    expect(await runWith(callsDouble(3), children, { rows: rows.slice(0, finished + 1) })).toMatchObject({
      status: 'completed',
      output,
      ledger: ['twice'],
    });
});

test('a failure in there that passed its Finally is tried again, and the Finally after it', async () => {
  const flaky = workflowOf(
    { start, try: 'control.try', bad: { type: 'test.fail', params: { times: 1 } }, clean: value('clean') },
    ['start>try', 'try.body>bad', 'try.finally>clean'],
    { id: 'flaky' },
  );
  const bed = createTestBed([callNode]);
  const document = workflowOf({ start, c: call('flaky') }, ['start>c']);
  const first = await runWith(document, [flaky], { bed });
  expect(first.status).toBe('failed');
  const second = await runWith(document, [flaky], { bed, rows: first.rows });
  expect(second.status).toBe('completed');
  expect(bed.ledger).toEqual([
    'c/call/try/body/bad',
    'c/call/try/finally/clean',
    'c/call/try/body/bad',
    'c/call/try/finally/clean',
  ]);
});
