import type { Workflow } from '@casare/shared';
import { newWorkflowId } from '../support/fleet.ts';
import { workflowOf } from '../support/workflows.ts';

const ledgerInput = { inputs: [{ name: 'ledger', type: 'text' as const }] };

function flow(
  nodes: Parameters<typeof workflowOf>[0],
  wires: readonly string[],
  rest: Partial<Workflow> = {},
): Workflow {
  return workflowOf(nodes, wires, { id: newWorkflowId(), ...rest });
}

/** Posts the numbers 0 … count-1 one after the other, and logs each. */
export function postItems(count: number): Workflow {
  return flow(
    {
      start: 'control.start',
      each: { type: 'control.forEach', params: { items: `\${range(${count})}`, collect: false } },
      post: post('/items', '${item}'),
      note: { type: 'data.log', params: { message: 'item ${item}' } },
    },
    ['start>each', 'each.body>post', 'post>note'],
    { ...ledgerInput, outputs: [{ name: 'count', value: '${steps.each.output.count}' }] },
  );
}

/** Posts one number that is given. */
export function postOne(): Workflow {
  return flow({ start: 'control.start', post: post('/one', '${input.n}') }, ['start>post'], {
    inputs: [...ledgerInput.inputs, { name: 'n', type: 'number' }],
  });
}

/** Posts without an Idempotency-Key between two steps that are easy to repeat. */
export function postOnce(rest: { onInDoubt?: 'retry' | 'skip' | 'fail' } = {}): Workflow {
  const once = post('/once', 'money', { idempotencyKey: false });
  return flow(
    {
      start: 'control.start',
      before: { type: 'data.log', params: { message: 'before' } },
      pay: { ...once, ...rest },
      after: post('/after', '${steps.pay.output}'),
    },
    ['start>before', 'before>pay', 'pay>after'],
    { ...ledgerInput, outputs: [{ name: 'paid', value: '${steps.pay.output !== null}' }] },
  );
}

/** One step of this type and nothing else. */
export function single(type: string, params: Record<string, unknown>, rest: Partial<Workflow> = {}): Workflow {
  return flow({ start: 'control.start', step: { type, params: params as never } }, ['start>step'], rest);
}

function post(path: string, body: string, more: Record<string, boolean> = {}) {
  return {
    type: 'http.request',
    params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body, ...more },
  };
}

export { flow };
