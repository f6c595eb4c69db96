import { AppError, type WireError } from '@casare/shared';

export interface StartJob {
  /** Id of the document. */
  workflowId: string;
  /** Absent: the published one. */
  version?: number;
  input: Record<string, unknown>;
  /** The same request again starts no second job. */
  idempotencyKey: string;
}

export interface JobEnd {
  state: 'completed' | 'failed' | 'cancelled';
  output: unknown;
  error?: WireError;
}

/** Jobs that a run starts on the fleet and waits for. */
export interface FleetJobs {
  start(request: StartJob, signal: AbortSignal): Promise<{ jobId: string }>;
  /** Resolves when the job has ended. */
  ended(jobId: string, signal: AbortSignal): Promise<JobEnd>;
}

/** For runs outside of a fleet. */
export const noFleet: FleetJobs = {
  start: () => Promise.reject(fleetNeeded()),
  ended: () => Promise.reject(fleetNeeded()),
};

function fleetNeeded(): AppError {
  return new AppError(
    'FLEET_NEEDED',
    'This step starts a job on the fleet, and this run does not belong to one. Publish the workflow and submit it as a job, or call the other workflow in place: switch off "On the fleet" and switch on "Wait for its end".',
  );
}
