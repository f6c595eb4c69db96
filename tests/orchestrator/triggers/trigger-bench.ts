import { randomUUID } from 'node:crypto';
import type { CreatedTrigger, Delivery, Job, Trigger, TriggerInput, WorkflowInput } from '@casare/shared';
import { signStandard } from '../../../orchestrator/triggers/http/standard-webhooks.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Answer, type Call, type Fleet, publish } from '../fleet.ts';

/** Bits that the tests of all kinds need. */
const anyInputs: WorkflowInput[] = [
  { name: 'name', type: 'text' },
  { name: 'amount', type: 'number' },
  { name: 'payload', type: 'any' },
];

export function publishWithInputs(admin: Call, id: string, inputs: WorkflowInput[] = anyInputs): Promise<string> {
  return publish(admin, { id, name: id, inputs });
}

export async function createTrigger(admin: Call, wanted: TriggerInput): Promise<CreatedTrigger> {
  const { status, body } = await admin<CreatedTrigger>('POST', '/triggers', wanted);
  if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

export async function deliveriesOf(admin: Call, triggerId: string): Promise<Delivery[]> {
  return (await admin<{ items: Delivery[] }>('GET', `/triggers/${triggerId}/deliveries?limit=500`)).body.items;
}

export async function jobsOf(admin: Call, workflowId: string): Promise<Job[]> {
  return (await admin<{ items: Job[] }>('GET', `/jobs?workflowId=${workflowId}&limit=500`)).body.items;
}

/** Jobs of the workflow, oldest first, once there are so many. */
export async function whenJobs(admin: Call, workflowId: string, count: number): Promise<Job[]> {
  return waitFor(
    async () => {
      const jobs = await jobsOf(admin, workflowId);
      if (jobs.length < count) throw new Error(`${jobs.length} jobs`);
      return jobs.toReversed();
    },
    { until: `there are ${count} jobs` },
  );
}

export interface Message {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string | Buffer;
}

export function sign(secret: string, body: unknown, more: { id?: string; at?: number } = {}): Message {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const id = more.id ?? `msg_${randomUUID()}`;
  const at = Math.floor((more.at ?? Date.now()) / 1000);
  return { id, timestamp: String(at), signature: signStandard(secret, id, at, text), body: text };
}

export async function post(
  fleet: Pick<Fleet, 'url'>,
  trigger: Pick<Trigger, 'path'>,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${fleet.url}${trigger.path}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
}

export function send(
  fleet: Pick<Fleet, 'url'>,
  trigger: Pick<Trigger, 'path'>,
  { id, timestamp, signature, body }: Message,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(fleet, trigger, body, {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
    ...headers,
  });
}
