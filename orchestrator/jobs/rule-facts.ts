import type { JobState, RobotState } from '@casare/shared';

/** A job, as far as rules speak about it. */
export interface JobFacts {
  readonly state: JobState;
  readonly not_before: Date | null;
  readonly deadline: Date | null;
  readonly pending_since: Date;
  /** The jobs it waits for. */
  readonly waits: readonly { readonly id: string; readonly name: string; readonly state: JobState }[];
  readonly target_robot_id: string | null;
  readonly target_robot: string | null;
  readonly target_group_id: string | null;
  readonly target_group: string | null;
  readonly required_capabilities: readonly string[];
  readonly required_tags: readonly string[];
  readonly environment: string | null;
  readonly affinity: 'soft' | 'hard' | 'session' | null;
  readonly affinity_key: string | null;
  readonly holder_id: string | null;
  readonly holder: string | null;
}

/** A robot, as far as rules speak about it. */
export interface RobotFacts {
  readonly id: string;
  readonly name: string;
  readonly state: RobotState;
  readonly last_heartbeat_at: Date | null;
  readonly blocked: string | null;
  readonly capabilities: readonly string[];
  readonly tags: readonly string[];
  readonly environment: string | null;
  readonly groups: readonly string[];
  readonly running: number;
  readonly max_concurrent_jobs: number;
  /** Until when it is reserved, and for what. */
  readonly reserved_until: string | null;
  readonly reserved_for: string | null;
  readonly rejected_until: string | null;
  readonly rejected_because: string | null;
}

export interface PairFacts {
  readonly job: JobFacts;
  readonly robot: RobotFacts;
}

/** What a rule says when it keeps a job from running: what is the case, and what to do about it. */
export interface Verdict {
  readonly detail: string;
  readonly cure: string;
}
