import type { Job } from '@casare/shared';

/** Which attempt it is and of how many; a job that a person put back has more than it was given, so then only which. */
export function attemptOf({ attempt, maxRetries }: Pick<Job, 'attempt' | 'maxRetries'>): {
  attempt: number;
  of: number | undefined;
} {
  return { attempt, of: attempt <= maxRetries + 1 ? maxRetries + 1 : undefined };
}
