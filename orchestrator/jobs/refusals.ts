import { AppError } from '@casare/shared';

export function staleLease(fence: number): AppError {
  return new AppError(
    'STALE_LEASE',
    'The lease of this report is no longer the current one; nothing was changed. Stop working on the job.',
    { details: { fence } },
  );
}

export function stepsMissing(lastStepSeq: number): AppError {
  return new AppError(
    'CONFLICT',
    `Journal rows are missing: the orchestrator has them up to ${lastStepSeq}. Send those after it, then report again.`,
    { retryable: true, details: { lastStepSeq } },
  );
}
