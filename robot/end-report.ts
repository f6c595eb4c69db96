import { AppError, asAppError, toWire, type WireError } from '@casare/shared';
import type { WorkerOutcome } from './worker-messages.ts';

/** How a job ended here; delivered to the orchestrator until it is acknowledged. */
export interface EndReport {
  kind: 'complete' | 'fail' | 'release' | 'park';
  /** Body of the call without `fence` and `lastStepSeq`. */
  body: Record<string, unknown>;
  /** Shows, when it is refused, that this robot held the job: see evidence/refused-end.ts. */
  proof?: string;
}

/** Longest message of an error in a report. */
const LONGEST_MESSAGE = 20_000;

/** What the agent asked of a worker that then had to be killed. */
export type Asked = 'cancel' | 'release' | 'timeout' | AppError;

/** Nothing said and nothing asked: the process died by itself. */
export function endOf(outcome: WorkerOutcome | undefined, asked: Asked | undefined): EndReport {
  switch (outcome?.status) {
    case 'completed':
      return { kind: 'complete', body: { output: outcome.output } };
    case 'failed':
    case 'cancelled':
      return { kind: 'fail', body: { error: short(outcome.error), cancelled: outcome.status === 'cancelled' } };
    case 'parked':
      return { kind: 'park', body: { error: short(outcome.error), path: outcome.path } };
    case 'waiting':
      return { kind: 'park', body: { tasks: outcome.tasks } };
    case 'released':
      return { kind: 'release', body: { reason: 'The robot is stopping.' } };
    case undefined:
      return endOfKilled(asked);
  }
}

function endOfKilled(asked: Asked | undefined): EndReport {
  if (asked === 'release') return { kind: 'release', body: { reason: 'The robot is stopping.' } };
  if (asked === 'cancel') {
    const error = new AppError('RUN_CANCELLED', 'The job was cancelled.');
    return { kind: 'fail', body: { error: toWire(error), cancelled: true } };
  }
  if (asked === 'timeout')
    return failure(new AppError('RUN_TIMEOUT', 'The job took longer than its time limit and did not stop by itself.'));
  if (asked !== undefined) return failure(asked);
  return failure(
    new AppError('INTERNAL', 'The process of this job ended unexpectedly (crash, out of memory, or killed).', {
      retryable: true,
    }),
  );
}

/** An end that the orchestrator does not take becomes a failure that says why; undefined when even that was refused. */
export function asFailure(report: EndReport, refusal: unknown): EndReport | undefined {
  const { code, message } = asAppError(refusal);
  if (report.kind === 'fail') {
    const { error, cancelled } = report.body as { error: WireError; cancelled?: boolean };
    if (error.details === undefined) return undefined;
    const { details: _, ...rest } = error;
    return { kind: 'fail', body: { error: rest, ...(cancelled !== undefined && { cancelled }) } };
  }
  if (report.kind === 'release') return undefined;
  return failure(new AppError(code, `How the job ended could not be reported: ${message}`));
}

function failure(error: AppError): EndReport {
  return { kind: 'fail', body: { error: short(toWire(error)) } };
}

function short(error: WireError): WireError {
  return { ...error, message: error.message.slice(0, LONGEST_MESSAGE) };
}
