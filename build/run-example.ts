import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  fromWire,
  hasEnded,
  type Job,
  jobSchema,
  parseWorkflow,
  publishReplySchema,
  submitReplySchema,
  type WireError,
} from '@casare/shared';
import type { z } from 'zod';
import { startSites } from '../examples/serve-sites.ts';
import { root } from './run-tool.ts';

/** What a person would do with `casare publish` and `casare jobs submit --wait`, for scripts that have the keys at hand. */
export interface FleetClient {
  call<S extends z.ZodType>(method: 'GET' | 'POST', path: string, reply: S, body?: unknown): Promise<z.output<S>>;
  publish(file: string): Promise<string>;
  submit(workflowId: string, input: Record<string, unknown>): Promise<Job>;
  /** The job once `until` says so (default: it has ended); fails after `seconds`. */
  wait(jobId: string, seconds: number, until?: (job: Job) => boolean): Promise<Job>;
}

export function createFleetClient(url: string, adminKey: string): FleetClient {
  const client: FleetClient = {
    async call(method, path, reply, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          'x-api-key': adminKey,
          ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as { error?: WireError };
      if (!response.ok && answer.error) throw fromWire(answer.error, response.status);
      return reply.parse(answer);
    },
    async publish(file) {
      const document = parseWorkflow(await readFile(file, 'utf8'));
      return (await client.call('POST', '/workflows', publishReplySchema, { document, message: '' })).workflow.id;
    },
    async submit(workflowId, input) {
      return (await client.call('POST', '/jobs', submitReplySchema, { workflowId, input })).jobs[0] as Job;
    },
    async wait(jobId, seconds, until = (job) => hasEnded(job.state) || job.state === 'waiting') {
      const deadline = performance.now() + seconds * 1000;
      for (;;) {
        const job = await client.call('GET', `/jobs/${jobId}`, jobSchema);
        if (until(job)) return job;
        if (performance.now() > deadline)
          throw new Error(
            `The job ${jobId} is still ${job.state} after ${seconds} s (at ${job.currentNode ?? 'no step'}).`,
          );
        await sleep(50);
      }
    },
  };
  return client;
}

export function exampleFile(name: string): string {
  return join(root, 'examples', `${name}.flow.json`);
}

/** Publishes an example, serves its site, runs it through the fleet and says what came out. */
export async function runExample(url: string, adminKey: string, name: string): Promise<string> {
  const sites = await startSites();
  const client = createFleetClient(url, adminKey);
  let ended: Job;
  try {
    const job = await client.submit(await client.publish(exampleFile(name)), { site: sites.url });
    ended = await client.wait(job.id, 60);
  } finally {
    await sites.stop();
  }
  const seconds =
    ended.startedAt && ended.finishedAt
      ? ((Date.parse(ended.finishedAt) - Date.parse(ended.startedAt)) / 1000).toFixed(1)
      : '?';
  if (ended.state === 'completed')
    return `example "${ended.workflowName}" ran on robot ${ended.robotName} in ${seconds} s: ${JSON.stringify(ended.output)}`;
  return `example "${ended.workflowName}" ${ended.state}: ${ended.error?.code} ${ended.error?.message}`;
}
