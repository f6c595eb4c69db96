import { AppError } from '@casare/shared';

export type QueuePriority = 'low' | 'normal' | 'high';
export type QueueItemStatus = 'new' | 'inProgress' | 'successful' | 'failed' | 'retried' | 'abandoned';

export interface QueueItem {
  id: string;
  queue: string;
  /** What the item is called where it comes from, e.g. the number of an invoice. */
  reference: string | null;
  priority: QueuePriority;
  data: Record<string, unknown>;
  status: QueueItemStatus;
  /** `business`: the item is wrong and stays failed; `application`: something around it failed, and it is tried again. */
  failure: { kind: 'business' | 'application'; reason: string } | null;
  output: unknown;
  progress: string;
  /** Milliseconds since 1970, as all moments here. */
  deadline: number | null;
  postponedUntil: number | null;
  /** 1 for the first try. */
  attempt: number;
  maxRetries: number;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Shown by whoever holds the item; null while nobody does. */
  lock: string | null;
}

export interface NewQueueItem {
  queue: string;
  reference: string | null;
  /** Whether another item of the same reference may be in the queue. */
  uniqueReference: boolean;
  priority: QueuePriority;
  data: Record<string, unknown>;
  deadline: number | null;
  postponedUntil: number | null;
  /** Null: as the queue says, once where it says nothing. */
  maxRetries: number | null;
  /** The same again adds nothing. */
  effectKey: string;
}

export interface TakeItem {
  queue: string;
  /** Becomes the lock; the same again gives the same item. */
  effectKey: string;
  /** How long the item is kept for its holder; every report begins this time anew. */
  lockMs: number;
}

export type ItemReport =
  | { status: 'successful'; output: unknown }
  | { status: 'failed'; kind: 'business' | 'application'; reason: string; output: unknown }
  | { status: 'inProgress'; progress: string }
  | { status: 'postponed'; until: number };

export interface AddedItem {
  item: QueueItem;
  /** False: an item with its reference was there before. True also when the same step added it before. */
  added: boolean;
}

/** Queues of work items. Two runs never hold the same item. */
export interface Queues {
  add(item: NewQueueItem): Promise<AddedItem>;
  /** What is past its deadline first (on a fleet also what is at risk), then by priority, the earliest deadline, age. */
  next(request: TakeItem): Promise<QueueItem | undefined>;
  /** STALE_LEASE when `lock` no longer holds the item. The same report again changes nothing. */
  report(itemId: string, lock: string, report: ItemReport): Promise<QueueItem>;
}

/** For runs where no queues are kept. */
export const noQueues: Queues = { add: missing, next: missing, report: missing };

function missing(): Promise<never> {
  return Promise.reject(
    new AppError(
      'QUEUES_MISSING',
      'This step works with a queue, and no queues are kept where this run is. Run the workflow in the studio or with "casare run".',
    ),
  );
}
