import type { QueueItem, QueuePriority, Queues } from '@casare/engine';
import { type JobQueueItem, QUEUE_PRIORITIES } from '@casare/shared';
import type { WorkerQuestion } from './worker-messages.ts';

type Ask = <Answer>(question: WorkerQuestion) => Promise<Answer>;

/** The queues of the workspace, for the run of a job: what a step does there is done once, however often the step is repeated. */
export function createFleetQueues(ask: Ask): Queues {
  return {
    async add({ queue, data, reference, uniqueReference, priority, deadline, postponedUntil, maxRetries, effectKey }) {
      const { item, added } = await ask<{ item: JobQueueItem; added: boolean }>({
        kind: 'addItem',
        request: {
          queue,
          key: effectKey,
          uniqueReference: uniqueReference && reference !== null,
          item: {
            priority,
            content: data as JobQueueItem['content'],
            ...(reference !== null && { reference }),
            ...(deadline !== null && { deadline: new Date(deadline).toISOString() }),
            ...(postponedUntil !== null && { notBefore: new Date(postponedUntil).toISOString() }),
            ...(maxRetries !== null && { maxRetries }),
          },
        },
      });
      return { item: itemOf(item), added };
    },
    async next({ queue, effectKey, lockMs }) {
      const request = { queue, key: effectKey, lockMs: Math.round(lockMs) };
      const { items } = await ask<{ items: JobQueueItem[] }>({ kind: 'nextItems', request });
      return items[0] && itemOf(items[0]);
    },
    async report(itemId, lock, report) {
      const told =
        report.status === 'postponed'
          ? { status: report.status, until: new Date(report.until).toISOString() }
          : 'output' in report
            ? { ...report, output: (report.output ?? null) as JobQueueItem['output'] }
            : report;
      const request = { itemId, lock, report: told };
      return itemOf((await ask<{ item: JobQueueItem }>({ kind: 'reportItem', request })).item);
    },
  };
}

function itemOf(item: JobQueueItem): QueueItem {
  return {
    id: item.id,
    queue: item.queueName,
    reference: item.reference,
    priority: priorityOf(item.priority),
    data: item.content,
    // A step whose item was deleted meanwhile can do nothing more with it.
    status: item.state === 'deleted' ? 'abandoned' : item.state,
    failure: item.failure,
    output: item.output,
    progress: item.progress,
    deadline: momentOf(item.deadline),
    postponedUntil: momentOf(item.notBefore),
    attempt: item.attempt,
    maxRetries: item.maxRetries,
    createdAt: Date.parse(item.createdAt),
    startedAt: momentOf(item.startedAt),
    endedAt: momentOf(item.endedAt),
    lock: item.lock,
  };
}

function momentOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

/** The nearest of the three words that workflows know. */
function priorityOf(priority: number): QueuePriority {
  const { low, normal, high } = QUEUE_PRIORITIES;
  if (priority <= (low + normal) / 2) return 'low';
  return priority >= (normal + high) / 2 ? 'high' : 'normal';
}
