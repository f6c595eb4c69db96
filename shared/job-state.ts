export const JOB_STATES = ['pending', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Moves a job may make; the database refuses every other one, docs/job-states.md tells who makes them. */
export const JOB_MOVES: Readonly<Record<JobState, readonly JobState[]>> = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['pending', 'waiting', 'completed', 'failed', 'cancelled'],
  waiting: ['pending', 'failed', 'cancelled', 'completed'],
  completed: [],
  failed: ['pending'],
  cancelled: ['pending'],
};

export function canMove(from: JobState, to: JobState): boolean {
  return JOB_MOVES[from].includes(to);
}

/** Whether a job in this state has ended; `failed` and `cancelled` ones move again only by an explicit retry. */
export function hasEnded(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** Pauses before the 1st, 2nd … retry of a failed job, in seconds, each ± 20 % at random. */
export const RETRY_SCHEDULE_S = [10, 60, 300, 900, 3600] as const;
