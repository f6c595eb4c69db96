import { type AppError, asAppError, canMove, hasEnded, type Job } from '@casare/shared';

export type BulkAction = 'cancel' | 'retry';

export interface BulkResult {
  job: Job;
  /** Undefined when it worked. */
  error: AppError | undefined;
}

/** The jobs an action can be done to; the others stay as they are. */
export function eligible(action: BulkAction, jobs: readonly Job[]): Job[] {
  return jobs.filter((job) =>
    action === 'cancel'
      ? !hasEnded(job.state) && !job.cancelRequested
      : canMove(job.state, 'pending') && hasEnded(job.state),
  );
}

const AT_ONCE = 6;

/** Does it to each job, a few at a time, and tells for each whether it worked; one failure does not stop the others. */
export async function runBulk(
  jobs: readonly Job[],
  act: (job: Job) => Promise<unknown>,
  onProgress: (results: readonly BulkResult[]) => void,
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  const queue = [...jobs];
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const error = await act(job).then(
        () => undefined,
        (thrown: unknown) => asAppError(thrown),
      );
      results.push({ job, error });
      onProgress([...results]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, work));
  return results;
}
