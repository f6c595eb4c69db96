import { randomUUID } from 'node:crypto';
import { type Job, publishReplySchema, submitReplySchema, type SubmitJob, type Workflow } from '@casare/shared';
import { workflowOf } from '../support/workflows.ts';
import type { Product } from './fixtures.ts';

const ledger = { name: 'ledger', type: 'text' as const };

function flow(name: string, ...rest: Parameters<typeof workflowOf>): Workflow {
  const [nodes, wires, more] = rest;
  return workflowOf(nodes, wires, { id: `e2e-${randomUUID().slice(0, 8)}`, name, ...more });
}

/** Logs `beat 0`, `beat 1` … with a pause after each, for as long as `beats` says. */
export function heartbeats(name: string): Workflow {
  return flow(
    name,
    {
      start: 'control.start',
      each: { type: 'control.forEach', name: 'For each beat', params: { items: '${range(input.beats)}' } },
      say: { type: 'data.log', name: 'Say it', params: { message: '${input.word} ${item}' } },
      rest: { type: 'control.delay', name: 'Rest', params: { ms: 100 } },
    },
    ['start>each', 'each.body>say', 'say>rest'],
    {
      inputs: [
        { name: 'word', type: 'text', required: true, description: 'What each line begins with' },
        { name: 'beats', type: 'number', default: 1000 },
      ],
    },
  );
}

/** Posts the numbers 0 … count-1 to the ledger, one after the other, and logs each. */
export function placeOrders(name: string, count: number): Workflow {
  return flow(
    name,
    {
      start: 'control.start',
      each: { type: 'control.forEach', name: 'For each order', params: { items: `\${range(${count})}` } },
      place: { ...post('/orders', '${item}'), name: 'Place the order' },
      note: { type: 'data.log', name: 'Note it', params: { message: 'order ${item} placed' } },
    },
    ['start>each', 'each.body>place', 'place>note'],
    { inputs: [ledger], outputs: [{ name: 'count', value: '${steps.each.output.count}' }] },
  );
}

/** Posts one number. */
export function placeOne(name: string): Workflow {
  return flow(name, { start: 'control.start', place: post('/one', '${input.n}') }, ['start>place'], {
    inputs: [ledger, { name: 'n', type: 'number' }],
  });
}

/** Asks an address; fails when it answers with an error. */
export function askService(name: string): Workflow {
  return flow(
    name,
    {
      start: 'control.start',
      ask: { type: 'http.request', name: 'Ask the service', params: { url: '${input.service}' } },
    },
    ['start>ask'],
    { inputs: [{ name: 'service', type: 'text', required: true }] },
  );
}

/** What no robot of these tests can do. */
export function needsMainframe(name: string): Workflow {
  return flow(name, { start: 'control.start' }, [], { requires: { capabilities: ['mainframe'], tags: [] } });
}

function post(path: string, body: string) {
  return {
    type: 'http.request',
    params: { method: 'POST', url: `\${input.ledger}${path}`, bodyKind: 'json', body },
  };
}

export async function publish({ client }: Product, document: Workflow): Promise<string> {
  return (await client.call('POST', '/workflows', publishReplySchema, { document, message: '' })).workflow.id;
}

/** One job per input. */
export async function submit({ client }: Product, jobs: readonly SubmitJob[]): Promise<Job[]> {
  return (await client.call('POST', '/jobs', submitReplySchema, { jobs })).jobs;
}
