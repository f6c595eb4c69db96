import {
  calledWorkflowReplySchema,
  childJobReplySchema,
  childJobStateReplySchema,
  type ClaimedJob,
  jobAddItemReplySchema,
  jobItemReportReplySchema,
  jobNextItemsReplySchema,
  runVaultSchema,
} from '@casare/shared';
import { createBackoff, pause } from './backoff.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { Reachability } from './reachability.ts';
import type { WorkerQuestion } from './worker-messages.ts';

interface Asking {
  job: Pick<ClaimedJob, 'jobId' | 'fence'>;
  client: OrchestratorClient;
  /** Cuts pauses short when the orchestrator is there again. */
  reach?: Pick<Reachability, 'pause'>;
  signal: AbortSignal;
}

/** What a run needs of the orchestrator, asked under the lease of its job; waits while the orchestrator is away. */
export async function askForJob({ job, client, reach, signal }: Asking, question: WorkerQuestion): Promise<unknown> {
  const backoff = createBackoff(250, 15_000);
  for (;;) {
    try {
      return await ask(job, client, signal, question);
    } catch (error) {
      if (signal.aborted || !isTemporary(error)) throw error;
      await (reach?.pause ?? pause)(backoff.next(), signal);
    }
  }
}

function ask(
  { jobId, fence }: Asking['job'],
  client: OrchestratorClient,
  signal: AbortSignal,
  question: WorkerQuestion,
): Promise<unknown> {
  const path = `/jobs/${jobId}`;
  switch (question.kind) {
    case 'workflow': {
      const { documentId, version } = question;
      const body = { fence, documentId, ...(version !== undefined && { version }) };
      return client.call('POST', `${path}/called-workflow`, calledWorkflowReplySchema, { body, signal });
    }
    case 'startJob': {
      const { kind: _, idempotencyKey, ...rest } = question;
      const body = { fence, ...rest };
      return client.call('POST', `${path}/child-jobs`, childJobReplySchema, { body, idempotencyKey, signal });
    }
    case 'vault': {
      const { credentials, assets } = question;
      const body = { fence, credentials, assets };
      return client.call('POST', `${path}/vault`, runVaultSchema, { body, signal });
    }
    case 'jobState': {
      const body = { fence, childId: question.childId };
      return client.call('POST', `${path}/child-job-state`, childJobStateReplySchema, { body, signal });
    }
    case 'addItem': {
      const body = { fence, ...question.request };
      return client.call('POST', `${path}/queue-items`, jobAddItemReplySchema, { body, signal });
    }
    case 'nextItems': {
      const body = { fence, ...question.request };
      return client.call('POST', `${path}/queue-items/next`, jobNextItemsReplySchema, { body, signal });
    }
    case 'reportItem': {
      const body = { fence, ...question.request };
      return client.call('POST', `${path}/queue-items/report`, jobItemReportReplySchema, { body, signal });
    }
  }
}
