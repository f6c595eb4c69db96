import { createHmac } from 'node:crypto';
import type { ClaimedJob } from '@casare/shared';

/** That whoever sends a content has held the job: nobody else knows its journal key. */
export function proofOf({ fence, journalKey }: Pick<ClaimedJob, 'fence' | 'journalKey'>, sha256: string): string {
  return createHmac('sha256', Buffer.from(journalKey, 'base64')).update(`artifact ${fence} ${sha256}`).digest('base64');
}
