import { QUEUE_ITEM_STATES, queueItemRiskSchema } from '@casare/shared';
import { defined, type Raw, readList, text, writeList } from '../url-filters.ts';

export interface QueuesSearch {
  q?: string;
}

export function readQueuesSearch(raw: Raw): QueuesSearch {
  return defined({ q: text(raw, 'q') });
}

export const ITEM_RISKS = queueItemRiskSchema.options.filter((risk) => risk !== 'none');
export const ITEM_REVIEWS = ['none', 'inReview', 'verified', 'retried'] as const;

/** What the address holds of the page of one queue. */
export interface QueueSearch {
  q?: string;
  /** Comma separated states; without it all but deleted ones. */
  state?: string;
  risk?: string;
  review?: string;
  /** The item whose details are open. */
  item?: string;
}

export function readQueueSearch(raw: Raw): QueueSearch {
  return defined({
    q: text(raw, 'q'),
    state: writeList(readList(text(raw, 'state'), QUEUE_ITEM_STATES)),
    risk: readList(text(raw, 'risk'), ITEM_RISKS)[0],
    review: readList(text(raw, 'review'), ITEM_REVIEWS)[0],
    item: text(raw, 'item'),
  });
}

/** What the list of items is asked for; the opened item is no part of it. */
export interface ItemFilter {
  state?: string;
  risk?: string;
  review?: string;
  search?: string;
}

export function toItemFilter({ state, risk, review, q }: QueueSearch): ItemFilter {
  return defined({ state, risk, review, search: q });
}
