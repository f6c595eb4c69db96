import { setTimeout as later } from 'node:timers/promises';
import type { FleetJobs, JobEnd, LoadedWorkflow, Queues, ReadVault, RunOptions } from '@casare/engine';
import { fromWire, type Job, type Workflow } from '@casare/shared';
import { createFleetQueues } from './fleet-queues.ts';
import type { FromWorker, ToWorker, WorkerQuestion } from './worker-messages.ts';

/** How often a run that waits for a job on the fleet looks whether it has ended. */
const LOOK_MS = 1000;

/** What the run of a job asks its agent, and the agent the orchestrator. */
export interface WorkerQuestions {
  /** Takes the agent's answers. */
  hear(message: Extract<ToWorker, { type: 'answer' | 'refusal' }>): void;
  loadWorkflow: NonNullable<RunOptions['loadWorkflow']>;
  fleet: FleetJobs;
  queues: Queues;
  readVault: ReadVault;
}

export function createWorkerQuestions(send: (message: FromWorker) => void): WorkerQuestions {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: unknown): void }>();
  let last = 0;

  /** The agent has read the answer with the schema of the contract. */
  function ask<Answer>(question: WorkerQuestion): Promise<Answer> {
    return new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve: (answer) => resolve(answer as Answer), reject });
      send({ type: 'question', id: last, question });
    });
  }

  return {
    hear(message) {
      const entry = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'answer') entry?.resolve(message.answer);
      else entry?.reject(fromWire(message.error));
    },
    async loadWorkflow(documentId, version): Promise<LoadedWorkflow> {
      const question = { kind: 'workflow', documentId, ...(version !== undefined && { version }) } as const;
      const found = await ask<{ document: Workflow; version: number }>(question);
      return { document: withoutBreakpoints(found.document), version: found.version };
    },
    readVault: ({ credentials, assets }) => ask({ kind: 'vault', credentials, assets }),
    fleet: {
      start: ({ workflowId, ...rest }) => ask({ kind: 'startJob', documentId: workflowId, ...rest }),
      async ended(childId, signal) {
        for (;;) {
          signal.throwIfAborted();
          const { state, output, error } = await ask<Pick<Job, 'state' | 'output' | 'error'>>({
            kind: 'jobState',
            childId,
          });
          if (isEnd(state)) return { state, output, ...(error && { error }) };
          await later(LOOK_MS, undefined, { signal });
        }
      },
    },
    queues: createFleetQueues(ask),
  };
}

function isEnd(state: Job['state']): state is JobEnd['state'] {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** Nobody sits at a robot. */
export function withoutBreakpoints(document: Workflow): Workflow {
  return { ...document, nodes: document.nodes.map(({ breakpoint: _, ...node }) => node) };
}
