import { createHash } from 'node:crypto';
import type { ClaimedJob } from '@casare/shared';
import type { EndReport } from '../end-report.ts';
import type { Evidence } from './look.ts';
import { proofOf } from './proof.ts';

type Held = Pick<ClaimedJob, 'jobId' | 'fence' | 'attempt' | 'journalKey'>;

/**
 * An end that waits for days may come too late: somebody else has the job by then, and what is said about it is kept as evidence.
 * The proof for that is made now, while the key of the job is known; a restarted robot does not have it any more.
 */
export function withProof(job: Held, end: EndReport): EndReport {
  return { ...end, proof: proofOf(job, createHash('sha256').update(contentOf(job, end)).digest('hex')) };
}

export function refusedEnd(job: Held, end: EndReport): Evidence {
  return {
    kind: 'report',
    name: `late-${end.kind}.json`,
    contentType: 'application/json',
    content: contentOf(job, end),
    takenAt: Date.now(),
  };
}

function contentOf({ jobId, fence, attempt }: Held, { kind, body }: EndReport): Buffer {
  return Buffer.from(`${JSON.stringify({ jobId, fence, attempt, end: kind, ...body }, null, 2)}\n`);
}
