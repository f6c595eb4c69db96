import type { CatalogIndex, Job, JobState } from '@casare/shared';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from './db/database.ts';
import type { gather } from './db/gather.ts';
import type { Signals } from './events/signals.ts';
import type { Asked, Claimed } from './jobs/claim.ts';
import type { Completion } from './jobs/finish.ts';
import type { JobKeys } from './jobs/job-keys.ts';
import type { JobRequest } from './jobs/submit.ts';
import type { WaitingClaims } from './jobs/waiting-claims.ts';
import type { KeyVerifier } from './keys/verify.ts';
import type { Documents } from './workflows/documents.ts';

export interface Timing {
  /** How long a claim or an extension holds a job. */
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  /** Without a heartbeat for so long a robot is offline. */
  readonly lostSeconds: number;
  /** Another process may act as a robot when the one before was silent for so long. */
  readonly takeoverSeconds: number;
  /** How often the leader looks for leases that ran out. */
  readonly reapSeconds: number;
}

export const defaultTiming: Timing = {
  leaseSeconds: 60,
  heartbeatSeconds: 15,
  lostSeconds: 90,
  takeoverSeconds: 30,
  reapSeconds: 5,
};

/** What the parts of one orchestrator instance share. */
export interface Context {
  readonly version: string;
  readonly database: Database;
  readonly signals: Signals;
  readonly keys: KeyVerifier;
  readonly documents: Documents;
  readonly jobKeys: JobKeys;
  readonly catalog: CatalogIndex;
  readonly waitingClaims: WaitingClaims;
  /** Claims, jobs submitted one by one and ends reported at the same time. */
  readonly claims: ReturnType<typeof gather<Asked, Claimed>>;
  readonly submissions: ReturnType<typeof gather<JobRequest, Job>>;
  readonly completions: ReturnType<typeof gather<Completion, { state: JobState } | undefined>>;
  readonly timing: Timing;
  /** The part of keys that tells test from live ones. */
  readonly keyEnvironment: string;
  readonly log: FastifyBaseLogger;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
}
