import type { BlobStore } from './blobs/blob-store.ts';
import type { CatalogIndex, Job, JobState } from '@casare/shared';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from './db/database.ts';
import type { gather } from './db/gather.ts';
import type { Egress } from './egress/egress.ts';
import type { Signals } from './events/signals.ts';
import type { OrchestratorFailpoint } from './failpoint.ts';
import type { Asked, Claimed } from './jobs/claim.ts';
import type { Completion } from './jobs/finish.ts';
import type { JobKeys } from './jobs/job-keys.ts';
import type { JobRequest } from './jobs/submit.ts';
import type { StepTimings } from './jobs/step-timings.ts';
import type { WaitingClaims } from './jobs/waiting-claims.ts';
import type { Counters } from './metrics/counters.ts';
import type { Callers } from './keys/caller.ts';
import type { AccessTokens } from './people/access-tokens.ts';
import type { AttemptLimit } from './people/attempt-limit.ts';
import type { Passwords } from './people/passwords.ts';
import type { SecretStores } from './secret-stores/secret-stores.ts';
import type { Vault } from './vault/vault.ts';
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
  /** How often every instance looks for schedules that are due, at least. */
  readonly scheduleSeconds: number;
  /** A job whose step has no history is stuck when it made no progress for so long. */
  readonly stuckSeconds: number;
  /** However short the history of its step says, no job is stuck before. */
  readonly stuckAtLeastSeconds: number;
}

/** With the usual 60 s: a heartbeat every 15 s, so that three may get lost, and leases are looked at every 5 s. */
export function timingOf(leaseSeconds: number): Timing {
  return {
    leaseSeconds,
    heartbeatSeconds: leaseSeconds / 4,
    lostSeconds: leaseSeconds * 1.5,
    takeoverSeconds: leaseSeconds / 2,
    reapSeconds: leaseSeconds / 12,
    scheduleSeconds: 0.5,
    stuckSeconds: 1800,
    stuckAtLeastSeconds: 60,
  };
}

/** What the parts of one orchestrator instance share. */
export interface Context {
  readonly version: string;
  readonly database: Database;
  readonly signals: Signals;
  /** Keys and access tokens: who sends a request. */
  readonly keys: Callers;
  readonly accessTokens: AccessTokens;
  readonly passwords: Passwords;
  readonly attempts: AttemptLimit;
  readonly documents: Documents;
  readonly jobKeys: JobKeys;
  readonly vault: Vault;
  /** The only way to addresses that people write down. */
  readonly egress: Egress;
  readonly secretStores: SecretStores;
  /** Contents of artifacts, and how long and how many of them are kept. */
  readonly blobs: BlobStore;
  readonly artifacts: { readonly days: number; readonly bytesPerTenant: number };
  readonly catalog: CatalogIndex;
  readonly waitingClaims: WaitingClaims;
  /** Claims, jobs submitted one by one and ends reported at the same time. */
  readonly claims: ReturnType<typeof gather<Asked, Claimed>>;
  readonly submissions: ReturnType<typeof gather<JobRequest, Job>>;
  readonly completions: ReturnType<typeof gather<Completion, { state: JobState } | undefined>>;
  /** How long steps take, gathered until it is written. */
  readonly stepTimings: StepTimings;
  readonly timing: Timing;
  /** Days that ended jobs are kept, where their workspace says nothing else. */
  readonly retentionDays: number;
  readonly failpoint: OrchestratorFailpoint;
  /** The part of keys that tells test from live ones. */
  readonly keyEnvironment: string;
  readonly log: FastifyBaseLogger;
  readonly counters: Counters;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
}
