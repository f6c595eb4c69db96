import type { QueueItemSummary } from '@casare/shared';

export const ITEM_ACTIONS = ['retry', 'verify', 'inReview', 'delete', 'restore'] as const;
export type ItemAction = (typeof ITEM_ACTIONS)[number];

/** The items an action can be done to, as the orchestrator allows. */
export function eligibleItems(action: ItemAction, items: readonly QueueItemSummary[]): QueueItemSummary[] {
  return items.filter(({ state, review }) => {
    switch (action) {
      case 'retry':
        return state === 'failed' || state === 'abandoned';
      case 'verify':
        return ['failed', 'abandoned', 'retried'].includes(state) && review !== 'verified';
      case 'inReview':
        return ['failed', 'abandoned', 'retried'].includes(state) && review !== 'inReview';
      case 'delete':
        return state !== 'inProgress' && state !== 'deleted';
      case 'restore':
        return state === 'deleted';
    }
  });
}
