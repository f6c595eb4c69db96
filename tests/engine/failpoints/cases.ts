import type { Workflow } from '@casare/shared';
import { workflowOf } from '../../support/workflows.ts';

/** One construct of the language with effects of every kind in it, and what its run gives however often it is killed. */
export interface FailpointCase {
  name: string;
  document: Workflow;
  /** Documents that it calls, by id. */
  called?: Readonly<Record<string, Workflow>>;
  output: Record<string, unknown>;
}

const start = 'control.start';
const act = (effect: string, value: unknown = 1, rest: object = {}) => ({
  type: 'test.act',
  params: { effect, value: value as never },
  ...rest,
});
const output = (of: Record<string, string>): { outputs: Workflow['outputs'] } => ({
  outputs: Object.entries(of).map(([name, value]) => ({ name, value })),
});
/** Three effects in a row: every pair of neighbours comes up. */
const trio = { send: act('once', 'sent'), post: act('keyed'), read: act('idempotent') };

const loopOf = (loop: string, params: object, name: string, result: unknown, of: string): FailpointCase => ({
  name,
  document: workflowOf(
    { start, loop: { type: loop, params: params as never }, ...trio, after: act('once') },
    ['start>loop', 'loop.body>send', 'send>post', 'post>read', 'loop>after'],
    output({ result: of }),
  ),
  output: { result },
});

export const failpointCases: readonly FailpointCase[] = [
  {
    name: 'sequence',
    document: workflowOf(
      { start, ...trio, ask: act('ask'), last: act('keyed', '${steps.send.output}') },
      ['start>send', 'send>post', 'post>read', 'read>ask', 'ask>last'],
      output({ last: '${steps.last.output}' }),
    ),
    output: { last: 'sent' },
  },
  {
    name: 'if and switch',
    document: workflowOf(
      {
        start,
        send: act('once', 2),
        if: { type: 'control.if', params: { condition: '${steps.send.output == 2}' } },
        yes: act('keyed', 'b'),
        no: act('once'),
        switch: {
          type: 'control.switch',
          params: {
            value: '${steps.yes.output}',
            cases: [
              { port: 'a', equals: 'a' },
              { port: 'b', equals: 'b' },
            ],
          },
        },
        right: act('once', 'right'),
        wrong: act('once'),
      },
      ['start>send', 'send>if', 'if.true>yes', 'if.false>no', 'yes>switch', 'switch.b>right', 'switch.a>wrong'],
      output({ right: '${steps.right.output}' }),
    ),
    output: { right: 'right' },
  },
  loopOf('control.forEach', { items: [1, 2, 3] }, 'for each', 3, '${steps.loop.output.count}'),
  loopOf(
    'control.forEach',
    { items: [1, 2, 3], concurrency: 3 },
    'concurrent for each',
    3,
    '${steps.loop.output.results.length}',
  ),
  loopOf('control.repeat', { times: 2 }, 'repeat', 2, '${steps.loop.output.count}'),
  {
    name: 'while',
    document: workflowOf(
      {
        start,
        loop: { type: 'control.while', params: { condition: '${vars.n < 3}' } },
        add: { type: 'test.set', params: { name: 'n', value: '${vars.n + 1}' } },
        send: act('once'),
        after: act('keyed'),
      },
      ['start>loop', 'loop.body>add', 'add>send', 'loop>after'],
      { variables: [{ name: 'n', type: 'number', default: 0 }], ...output({ n: '${vars.n}' }) },
    ),
    output: { n: 3 },
  },
  ...(['all', 'settled', 'any'] as const).map(
    (mode): FailpointCase => ({
      name: `parallel ${mode}`,
      document: workflowOf(
        {
          start,
          par: { type: 'control.parallel', params: { branches: 2, mode } },
          left: act('once', 'left'),
          left2: act('keyed', 'left2'),
          right: mode === 'any' ? { type: 'control.delay', params: { ms: 600_000 } } : act('once', 'right'),
          after: act('once', '${steps.left2.output}'),
        },
        ['start>par', 'par.branch1>left', 'left>left2', 'par.branch2>right', 'par>after'],
        output({ after: '${steps.after.output}' }),
      ),
      output: { after: 'left2' },
    }),
  ),
  {
    name: 'try, catch and finally',
    document: workflowOf(
      {
        start,
        try: 'control.try',
        send: act('once'),
        bad: { type: 'control.throw', params: { message: 'after the send' } },
        caught: act('keyed', '${error.message}'),
        clean: act('once', 'clean'),
        after: act('idempotent', '${steps.caught.output}'),
      },
      ['start>try', 'try.body>send', 'send>bad', 'try.catch>caught', 'try.finally>clean', 'try>after'],
      output({ after: '${steps.after.output}' }),
    ),
    output: { after: 'after the send' },
  },
  {
    name: 'retry',
    document: workflowOf(
      {
        start,
        again: { type: 'control.retry', params: { attempts: 3, initialMs: 10, jitter: 0 } },
        post: act('keyed', '${index}'),
        enough: { type: 'control.assert', params: { condition: '${index == 2}', message: 'not yet' } },
        send: act('once'),
        after: act('once'),
      },
      ['start>again', 'again.body>post', 'post>enough', 'enough>send', 'again>after'],
      output({ attempts: '${steps.again.output.attempts}' }),
    ),
    output: { attempts: 3 },
  },
  {
    name: 'retry of a step',
    document: workflowOf(
      {
        start,
        flaky: {
          type: 'test.flaky',
          params: { until: 3 },
          retry: { attempts: 3, initialMs: 10, factor: 1, maxMs: 10, jitter: 0 },
        },
        send: act('once', '${steps.flaky.output}'),
      },
      ['start>flaky', 'flaky>send'],
      output({ tries: '${steps.send.output}' }),
    ),
    output: { tries: 3 },
  },
  {
    name: 'delay and wait until',
    document: workflowOf(
      {
        start,
        send: act('once'),
        delay: { type: 'control.delay', params: { ms: 60 } },
        post: act('keyed'),
        wait: { type: 'control.waitUntil', params: { time: '${run.startedAt + 150}' } },
        after: act('once', '${steps.wait.output.reached}'),
      },
      ['start>send', 'send>delay', 'delay>post', 'post>wait', 'wait>after'],
      output({ after: '${steps.after.output}' }),
    ),
    output: { after: true },
  },
  {
    name: 'call',
    document: workflowOf(
      {
        start,
        send: act('once'),
        call: { type: 'workflow.call', params: { workflowId: 'called', input: { name: 'ada' } } },
        after: act('once', '${steps.call.output.greeting}'),
      },
      ['start>send', 'send>call', 'call>after'],
      output({ greeting: '${steps.after.output}' }),
    ),
    called: {
      called: workflowOf(
        {
          start,
          each: { type: 'control.forEach', params: { items: [1, 2] } },
          send: act('once', '${item}'),
          post: act('keyed'),
        },
        ['start>each', 'each.body>send', 'each>post'],
        {
          id: 'called',
          inputs: [{ name: 'name', type: 'text' }],
          ...output({ greeting: '${"hello " + input.name}' }),
        },
      ),
    },
    output: { greeting: 'hello ada' },
  },
  {
    name: 'nested',
    document: workflowOf(
      {
        start,
        each: { type: 'control.forEach', params: { items: ['a', 'b'] } },
        try: 'control.try',
        par: { type: 'control.parallel', params: { branches: 2 } },
        send: act('once', '${item}'),
        set: { type: 'test.set', params: { name: 'seen', value: '${vars.seen + item}' } },
        post: act('keyed'),
        odd: { type: 'control.assert', params: { condition: '${item == "a"}', message: 'odd' } },
        caught: act('once', '${error.message}'),
        clean: act('idempotent'),
      },
      [
        'start>each',
        'each.body>try',
        'try.body>set',
        'set>par',
        'par.branch1>send',
        'par.branch2>post',
        'par>odd',
        'try.catch>caught',
        'try.finally>clean',
      ],
      { variables: [{ name: 'seen', type: 'text', default: '' }], ...output({ seen: '${vars.seen}' }) },
    ),
    output: { seen: 'ab' },
  },
];
