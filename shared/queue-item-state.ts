export const QUEUE_ITEM_STATES = [
  'new',
  'inProgress',
  'successful',
  'failed',
  'retried',
  'abandoned',
  'deleted',
] as const;
export type QueueItemState = (typeof QUEUE_ITEM_STATES)[number];

/**
 * Moves an item of a queue may make; the database refuses every other one, docs/queues.md tells who makes them. A deleted item moves back to
 * what it was, and nowhere else.
 */
export const QUEUE_ITEM_MOVES: Readonly<Record<QueueItemState, readonly QueueItemState[]>> = {
  new: ['inProgress', 'deleted'],
  inProgress: ['new', 'successful', 'failed', 'retried', 'abandoned'],
  successful: ['deleted'],
  failed: ['retried', 'deleted'],
  retried: ['deleted'],
  abandoned: ['retried', 'deleted'],
  deleted: ['new', 'successful', 'failed', 'retried', 'abandoned'],
};
