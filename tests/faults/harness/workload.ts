import type { Workflow } from '@casare/shared';
import { workflowOf } from '../../support/workflows.ts';
import type { EffectClass } from './ledger.ts';

/** One small durable workflow, and the effects that a job of it has on the outside when it ends well. */
export interface WorkloadFlow {
  readonly name: string;
  readonly document: Workflow;
  readonly slots: readonly { readonly class: EffectClass; readonly slot: string }[];
}

/** Stands in inputs that are declared secret: may be in no journal, log, event and on no robot's disk. */
export const SECRET_CANARY = 'canary-9f7c1e-secret';

const methods = { idempotent: 'PUT', keyed: 'POST', once: 'POST', flaky: 'POST' } as const;

function act(kind: EffectClass | 'flaky', slot: string, more: object = {}) {
  return {
    type: 'http.request',
    params: {
      method: methods[kind],
      url: `\${input.ledger + "/${kind}/" + input.reference + "/${slot}"}`,
      bodyKind: 'json' as const,
      body: { secret: '${input.secret}' },
      ...(kind === 'once' && { idempotencyKey: false }),
    },
    ...more,
  };
}

/** The round of a loop in its address. */
function actIn(kind: EffectClass, slot: string) {
  const one = act(kind, slot);
  return {
    ...one,
    params: { ...one.params, url: `\${input.ledger + "/${kind}/" + input.reference + "/${slot}-" + index}` },
  };
}

function flow(
  name: string,
  nodes: Parameters<typeof workflowOf>[0],
  wires: readonly string[],
  slots: readonly string[],
): WorkloadFlow {
  return {
    name,
    document: workflowOf({ start: 'control.start', ...nodes }, wires, {
      id: `faults-${name.replaceAll(' ', '-')}`,
      name,
      inputs: [
        { name: 'ledger', type: 'text' },
        { name: 'reference', type: 'text' },
        { name: 'secret', type: 'text', secret: true },
      ],
      outputs: [{ name: 'reference', value: '${input.reference}' }],
    }),
    slots: slots.map((slot) => ({ class: slot.split(' ')[0] as EffectClass, slot: slot.split(' ')[1] ?? '' })),
  };
}

const rounds = (kind: EffectClass, slot: string, times: number) =>
  Array.from({ length: times }, (_, i) => `${kind} ${slot}-${i}`);

/** Every class of effect, in every construct that a resumed run has to find its place in. */
export const workload: readonly WorkloadFlow[] = [
  flow(
    'sequence',
    {
      put: act('idempotent', 'put'),
      post: act('keyed', 'post'),
      pay: act('once', 'pay'),
      note: { type: 'data.log', params: { message: 'paid with ${input.secret}' } },
      last: act('keyed', 'last'),
    },
    ['start>put', 'put>post', 'post>pay', 'pay>note', 'note>last'],
    ['idempotent put', 'keyed post', 'once pay', 'keyed last'],
  ),
  flow(
    'loop',
    {
      each: { type: 'control.forEach', params: { items: '${range(4)}', collect: false } },
      post: actIn('keyed', 'post'),
      put: actIn('idempotent', 'put'),
    },
    ['start>each', 'each.body>post', 'post>put'],
    [...rounds('keyed', 'post', 4), ...rounds('idempotent', 'put', 4)],
  ),
  flow(
    'once in a loop',
    {
      each: { type: 'control.repeat', params: { times: 2 } },
      pay: actIn('once', 'pay'),
      last: act('keyed', 'last'),
    },
    ['start>each', 'each.body>pay', 'each>last'],
    [...rounds('once', 'pay', 2), 'keyed last'],
  ),
  flow(
    'parallel',
    {
      both: { type: 'control.parallel', params: { branches: 2 } },
      left: act('keyed', 'left'),
      left2: act('once', 'left2'),
      right: act('idempotent', 'right'),
      right2: act('keyed', 'right2'),
      last: act('keyed', 'last'),
    },
    ['start>both', 'both.branch1>left', 'left>left2', 'both.branch2>right', 'right>right2', 'both>last'],
    ['keyed left', 'once left2', 'idempotent right', 'keyed right2', 'keyed last'],
  ),
  flow(
    'retry',
    {
      flaky: act('flaky', 'flaky', { retry: { attempts: 6, initialMs: 50, factor: 1, maxMs: 50, jitter: 0 } }),
      pay: act('once', 'pay'),
    },
    ['start>flaky', 'flaky>pay'],
    ['keyed flaky', 'once pay'],
  ),
  flow(
    'timer',
    {
      before: act('keyed', 'before'),
      delay: { type: 'control.delay', params: { ms: 700 } },
      after: act('once', 'after'),
    },
    ['start>before', 'before>delay', 'delay>after'],
    ['keyed before', 'once after'],
  ),
  flow(
    'try',
    {
      try: 'control.try',
      post: act('keyed', 'post'),
      bad: { type: 'control.throw', params: { message: 'on purpose' } },
      caught: act('once', 'caught'),
      clean: act('idempotent', 'clean'),
      last: act('keyed', 'last'),
    },
    ['start>try', 'try.body>post', 'post>bad', 'try.catch>caught', 'try.finally>clean', 'try>last'],
    ['keyed post', 'once caught', 'idempotent clean', 'keyed last'],
  ),
];

export function flowNamed(name: string): WorkloadFlow {
  const found = workload.find((one) => one.name === name);
  if (!found) throw new RangeError(`There is no workload "${name}".`);
  return found;
}
