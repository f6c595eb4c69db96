import { expect, test } from 'vitest';
import { workflowOf } from '../support/workflows.ts';
import { runDocument } from './test-bed.ts';

const start = 'control.start';
const value = (of: unknown, rest: object = {}) => ({ type: 'test.value', params: { value: of as never }, ...rest });
const variable = (name: string, of: unknown) => ({ type: 'test.variable', params: { name, value: of as never } });
const outputs = (of: Record<string, unknown>) =>
  ({ outputs: Object.entries(of).map(([name, text]) => ({ name, value: text as never })) }) as object;

test('a chain hands outputs on and the run gives its declared outputs', async () => {
  const document = workflowOf(
    { start, a: value('${input.n + 1}'), b: value('${steps.a.output * 10}') },
    ['start>a', 'a>b'],
    { inputs: [{ name: 'n', type: 'number' }], ...outputs({ b: '${steps.b.output}' }) },
  );
  const result = await runDocument(document, { input: { n: 4 } });
  expect(result).toMatchObject({ status: 'completed', output: { b: 50 }, steps: 3, replayedSteps: 0 });
});

test('several wires from one port run one branch to its end before the next, in the order of the wires', async () => {
  const nodes = { start, a: value(1), a2: value(1), b: value(1), b2: value(1) };
  const { ledger } = await runDocument(workflowOf(nodes, ['start>a', 'start>b', 'a>a2', 'b>b2']));
  expect(ledger).toEqual(['a', 'a2', 'b', 'b2']);
});

test('a step with several incoming wires runs once per token, with numbered paths', async () => {
  const nodes = { start, a: value(1), b: value(1), both: value(1), after: value(1) };
  const { ledger } = await runDocument(workflowOf(nodes, ['start>a', 'start>b', 'a>both', 'b>both', 'both>after']));
  expect(ledger).toEqual(['a', 'both', 'after', 'b', 'both#2', 'after#2']);
});

test.each([
  [true, ['yes']],
  [false, ['no']],
  ['false', ['no']],
  ['', ['no']],
  ['0', ['yes']],
  [0, ['no']],
  [[], ['yes']],
])('If with %j goes on at %j', async (condition, expected) => {
  const nodes = { start, if: { type: 'control.if', params: { condition } }, yes: value(1), no: value(1) };
  const { ledger } = await runDocument(workflowOf(nodes, ['start>if', 'if.true>yes', 'if.false>no']));
  expect(ledger).toEqual(expected);
});

test.each([
  ['open', 'first'],
  [2, 'second'],
  ['2', 'second'],
  ['else', 'other'],
])('Switch with %j goes on at its case', async (input, expected) => {
  const cases = [
    { port: 'one', equals: 'open' },
    { port: 'two', equals: 2 },
  ];
  const nodes = {
    start,
    switch: { type: 'control.switch', params: { value: input, cases } },
    first: value(1),
    second: value(1),
    other: value(1),
  };
  const wires = ['start>switch', 'switch.one>first', 'switch.two>second', 'switch.default>other'];
  expect((await runDocument(workflowOf(nodes, wires))).ledger).toEqual([expected]);
});

test('For each gives item and index, names its paths by index and collects the last outputs', async () => {
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items: ['a', 'b'] } },
    x: value('${item}${index}'),
    y: value('${steps.x.output}!'),
  };
  const result = await runDocument(
    workflowOf(
      nodes,
      ['start>each', 'each.body>x', 'x>y'],
      outputs({ each: '${steps.each.output}', y: '${steps.y.output}' }),
    ),
  );
  expect(result.ledger).toEqual(['each[0]/x', 'each[0]/y', 'each[1]/x', 'each[1]/y']);
  expect(result.output).toEqual({ each: { count: 2, results: ['a0!', 'b1!'] }, y: 'b1!' });
});

test('a pass of a loop does not see what the pass before it gave', async () => {
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items: [1, 2] } },
    look: value('${steps.later.output ?? "nothing"}'),
    later: value('${item}'),
  };
  const result = await runDocument(
    workflowOf(nodes, ['start>each', 'each.body>look', 'look>later'], outputs({ look: '${steps.look.output}' })),
  );
  expect(result.output).toEqual({ look: 'nothing' });
});

test('nested loops keep their own item and outer outputs stay visible', async () => {
  const nodes = {
    start,
    outer: { type: 'control.forEach', params: { items: [1, 2] } },
    double: value('${item * 2}'),
    inner: { type: 'control.forEach', params: { items: '${[item, item + 10]}' as never } },
    x: value('${steps.double.output}-${item}-${index}'),
  };
  const result = await runDocument(
    workflowOf(
      nodes,
      ['start>outer', 'outer.body>double', 'double>inner', 'inner.body>x'],
      outputs({ out: '${steps.outer.output.results.map(one => one.results)}' }),
    ),
  );
  expect(result.ledger).toContain('outer[1]/inner[0]/x');
  expect(result.output).toEqual({
    out: [
      ['2-1-0', '2-11-1'],
      ['4-2-0', '4-12-1'],
    ],
  });
});

test('For each with concurrency keeps the order of results, and its last pass is what later steps read', async () => {
  const items = [5, 1, 3, 0, 2];
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items, concurrency: 3 } },
    wait: { type: 'test.later', params: { value: '${item}', turns: '${item}' as never } },
    twice: value('${steps.wait.output * 2}'),
  };
  const result = await runDocument(
    workflowOf(
      nodes,
      ['start>each', 'each.body>wait', 'wait>twice'],
      outputs({ all: '${steps.each.output.results}', last: '${steps.twice.output}' }),
    ),
  );
  expect(result.output).toEqual({ all: items.map((item) => item * 2), last: 4 });
});

test('While looks at its condition before every pass', async () => {
  const nodes = {
    start,
    while: { type: 'control.while', params: { condition: '${vars.n < 3}' } },
    more: variable('n', '${vars.n + 1}'),
  };
  const result = await runDocument(
    workflowOf(nodes, ['start>while', 'while.body>more'], {
      variables: [{ name: 'n', type: 'number', default: 0 }],
      ...outputs({ n: '${vars.n}', count: '${steps.while.output.count}' }),
    }),
  );
  expect(result.output).toEqual({ n: 3, count: 3 });
});

test('While stops at its limit with RUN_LIMIT', async () => {
  const nodes = {
    start,
    while: { type: 'control.while', params: { condition: true, maxIterations: 5 } },
    x: value(1),
  };
  const result = await runDocument(workflowOf(nodes, ['start>while', 'while.body>x']));
  expect(result).toMatchObject({ status: 'failed', error: { code: 'RUN_LIMIT' } });
  expect(result.ledger).toHaveLength(5);
});

test('Repeat runs its body as often as it says', async () => {
  const nodes = { start, again: { type: 'control.repeat', params: { times: 3 } }, x: value('${index}') };
  const { ledger } = await runDocument(workflowOf(nodes, ['start>again', 'again.body>x']));
  expect(ledger).toEqual(['again[0]/x', 'again[1]/x', 'again[2]/x']);
});

test('Break ends the loop, Continue only the pass, and both run a Finally on their way', async () => {
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items: [0, 1, 2, 3] } },
    try: 'control.try',
    switch: {
      type: 'control.switch',
      params: {
        value: '${item}',
        cases: [
          { port: 'skip', equals: 1 },
          { port: 'end', equals: 2 },
        ],
      },
    },
    continue: 'control.continue',
    break: 'control.break',
    x: value('${item}'),
    finally: value('${item}'),
    after: value('${item}'),
  };
  const wires = ['start>each', 'each.body>try', 'try.body>switch', 'switch.skip>continue', 'switch.end>break'];
  const document = workflowOf(nodes, [...wires, 'switch.default>x', 'try.finally>finally', 'try>after']);
  const result = await runDocument(document);
  expect(result.status).toBe('completed');
  expect(result.ledger).toEqual([
    'each[0]/try/body/x',
    'each[0]/try/finally/finally',
    'each[0]/after',
    'each[1]/try/finally/finally',
    'each[2]/try/finally/finally',
  ]);
});

test('Stop ends the run as completed, from however deep', async () => {
  const nodes = {
    start,
    par: 'control.parallel',
    stop: 'control.stop',
    slow: { type: 'test.later', params: { value: 1, turns: 1_000_000 } },
    after: value(1),
  };
  const document = workflowOf(nodes, ['start>par', 'par.branch1>slow', 'par.branch2>stop', 'par>after']);
  const result = await runDocument(document);
  expect(result.status).toBe('completed');
  expect(result.ledger).not.toContain('after');
});

test('Parallel branches run at the same time, see nothing of each other, and hand their outputs on', async () => {
  const nodes = {
    start,
    par: { type: 'control.parallel', params: { branches: 2 } },
    a1: { type: 'test.later', params: { value: 'a', turns: 3 } },
    a2: value('${steps.b1.output ?? "unseen"}'),
    b1: { type: 'test.later', params: { value: 'b' } },
    b2: value('b2'),
    after: value('${steps.a2.output} ${steps.b1.output}'),
  };
  const wires = ['start>par', 'par.branch1>a1', 'a1>a2', 'par.branch2>b1', 'b1>b2', 'par>after'];
  const result = await runDocument(
    workflowOf(nodes, wires, outputs({ after: '${steps.after.output}', par: '${steps.par.output.results}' })),
  );
  expect(result.ledger.slice(0, 2)).toEqual(['par/branch1/a1', 'par/branch2/b1']);
  expect(result.output).toEqual({ after: 'unseen b', par: ['unseen', 'b2'] });
});

test('Parallel "any" takes the first success and cancels the rest', async () => {
  const nodes = {
    start,
    par: { type: 'control.parallel', params: { branches: 3, mode: 'any' } },
    bad: 'test.fail',
    slow: { type: 'control.delay', params: { ms: 60_000 } },
    quick: { type: 'test.later', params: { value: 'quick' } },
  };
  const wires = ['start>par', 'par.branch1>bad', 'par.branch2>slow', 'par.branch3>quick'];
  const result = await runDocument(workflowOf(nodes, wires, outputs({ par: '${steps.par.output}' })));
  expect(result.output).toEqual({ par: { winner: 'branch3', results: [null, null, 'quick'] } });
  expect(result.durationMs).toBeLessThan(5000);
});

test('Parallel "settled" waits for all and lists what failed', async () => {
  const nodes = {
    start,
    par: { type: 'control.parallel', params: { mode: 'settled' } },
    bad: { type: 'test.fail', params: { message: 'broken' } },
    good: { type: 'test.later', params: { value: 1 } },
  };
  const document = workflowOf(
    nodes,
    ['start>par', 'par.branch1>bad', 'par.branch2>good'],
    outputs({ par: '${steps.par.output}' }),
  );
  const { status, output } = await runDocument(document);
  expect(status).toBe('completed');
  expect(output.par).toMatchObject({ results: [null, 1], errors: [{ code: 'HTTP_FAILED', message: 'broken' }, null] });
});

test('Parallel "all" fails with the first failure and stops the others', async () => {
  const nodes = {
    start,
    par: 'control.parallel',
    bad: 'test.fail',
    slow: { type: 'control.delay', params: { ms: 60_000 } },
  };
  const result = await runDocument(workflowOf(nodes, ['start>par', 'par.branch1>slow', 'par.branch2>bad']));
  expect(result).toMatchObject({ status: 'failed', error: { code: 'HTTP_FAILED' } });
  expect(result.durationMs).toBeLessThan(5000);
});

test('a step that is switched off is passed by, its bodies are not run', async () => {
  const nodes = {
    start,
    off: value(1, { disabled: true }),
    loop: { type: 'control.repeat', params: { times: 2 }, disabled: true },
    x: value(1),
    after: value(1),
  };
  const { ledger } = await runDocument(workflowOf(nodes, ['start>off', 'off>loop', 'loop.body>x', 'loop>after']));
  expect(ledger).toEqual(['after']);
});

test('the run ends after the step it should run to', async () => {
  const nodes = { start, each: { type: 'control.repeat', params: { times: 3 } }, a: value(1), b: value(1) };
  const document = workflowOf(nodes, ['start>each', 'each.body>a', 'a>b']);
  const result = await runDocument(document, { untilNode: 'a' });
  expect(result).toMatchObject({ status: 'completed', ledger: ['each[0]/a'] });
});

test('pinned outputs are used only when asked for', async () => {
  const document = workflowOf(
    { start, a: value(1, { pinnedOutput: 'pinned' }) },
    ['start>a'],
    outputs({ a: '${steps.a.output}' }),
  );
  expect(await runDocument(document, { usePinned: true })).toMatchObject({ output: { a: 'pinned' }, ledger: [] });
  expect(await runDocument(document)).toMatchObject({ output: { a: 1 }, ledger: ['a'] });
});

test('a chain of 20,000 steps and a loop of 100,000 passes need no stack', async () => {
  const ids = Array.from({ length: 19_000 }, (_, i) => `n${i}`);
  const chain = workflowOf(
    { start, ...Object.fromEntries(ids.map((id) => [id, value(1)])) },
    ids.map((id, i) => `${ids[i - 1] ?? 'start'}>${id}`),
  );
  expect((await runDocument(chain)).steps).toBe(19_001);
  const loop = workflowOf({ start, again: { type: 'control.repeat', params: { times: 100_000 } }, x: value(1) }, [
    'start>again',
    'again.body>x',
  ]);
  expect((await runDocument(loop)).steps).toBe(100_002);
});

test('two runs of one program are the same, row by row', async () => {
  const nodes = {
    start,
    each: { type: 'control.forEach', params: { items: [3, 1, 2], concurrency: 2 } },
    wait: { type: 'test.later', params: { value: '${item}', turns: '${item}' as never } },
    par: 'control.parallel',
    a: value('${steps.each.output.results}'),
    b: { type: 'test.later', params: { value: 'b' } },
  };
  const document = workflowOf(nodes, ['start>each', 'each.body>wait', 'each>par', 'par.branch1>a', 'par.branch2>b']);
  const told = async () => (await runDocument(document)).rows.map(({ kind, path, output }) => [kind, path, output]);
  expect(await told()).toEqual(await told());
});

test('inputs are checked before anything runs', async () => {
  const document = workflowOf({ start, a: value(1) }, ['start>a'], {
    inputs: [{ name: 'n', type: 'number', required: true }],
  });
  const result = await runDocument(document);
  expect(result).toMatchObject({ status: 'failed', error: { code: 'INPUT_INVALID' }, steps: 0, ledger: [] });
});
