import { asAppError, toWire } from '@casare/shared';
import { afterAll, beforeAll, describe } from 'vitest';
import { askForJob } from '../../robot/ask-for-job.ts';
import { createOrchestratorClient } from '../../robot/orchestrator-client.ts';
import type { FromWorker } from '../../robot/worker-messages.ts';
import { createWorkerQuestions } from '../../robot/worker-questions.ts';
import { describeQueues, type KeptQueues } from '../engine/nodes/queue/queue-contract.ts';
import { openNodeBench } from '../engine/nodes/run-one.ts';
import { openQueueBench, type QueueBench } from '../orchestrator/queues/queue-bench.ts';

let fleet: QueueBench;
let kept: KeptQueues;
const stop = new AbortController();

beforeAll(async () => {
  fleet = await openQueueBench();
  const job = await fleet.newJob();
  const client = createOrchestratorClient(fleet.fleet.url, fleet.fleet.keys.robotKey);
  /** What the agent does with a question of its worker, without the processes. */
  async function answer(message: FromWorker): Promise<void> {
    if (message.type !== 'question') return;
    const { id } = message;
    try {
      questions.hear({
        type: 'answer',
        id,
        answer: await askForJob({ job, client, signal: stop.signal }, message.question),
      });
    } catch (error) {
      questions.hear({ type: 'refusal', id, error: toWire(asAppError(error)) });
    }
  }
  const questions = createWorkerQuestions((message) => void answer(message));
  kept = {
    queues: questions.queues,
    bench: await openNodeBench({ queues: questions.queues }),
    now: Date.now,
    pass: fleet.pass,
  };
});
afterAll(async () => {
  stop.abort();
  await fleet[Symbol.asyncDispose]();
});

describe('queues of the fleet, as a job reaches them', () => {
  describeQueues(() => kept);
});
