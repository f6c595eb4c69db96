import { hasEnded, type Job, type JobState } from '@casare/shared';
import type { Context } from '../../context.ts';
import { sql } from '../../db/sql.ts';
import { oneInTenant } from '../../db/transaction.ts';

export interface EndedJob {
  readonly state: JobState;
  readonly output: Job['output'];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A signal may be lost; then the end is seen so much later. */
const lookMs = 1000;

/** The job once it has ended, or undefined when the time is over first. */
export async function awaitJob(
  context: Context,
  tenantId: string,
  jobId: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<EndedJob | undefined> {
  const deadline = performance.now() + waitMs;
  let wake: () => void = () => undefined;
  const end = context.signals.subscribe((told) => {
    if (told.kind === 'rows' && told.jobId === jobId) wake();
  });
  try {
    for (;;) {
      // Before the look: what happens during it must not be missed.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const job = await readJob(context, tenantId, jobId);
      if (!job || hasEnded(job.state)) return job;
      const left = deadline - performance.now();
      if (left <= 0 || signal.aborted) return undefined;
      await Promise.race([woken, pause(Math.min(left, lookMs), signal)]);
    }
  } finally {
    end();
  }
}

export async function readJob({ database }: Context, tenantId: string, jobId: string): Promise<EndedJob | undefined> {
  const [row] = await oneInTenant<EndedJob>(
    database.pool,
    tenantId,
    sql`select state, output, error from jobs where id = ${jobId}::uuid`,
  );
  return row;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
