/** A guard of the product that its tests must miss when it is gone. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** As it stands in the file, there once or more. */
  readonly guard: string | RegExp;
  readonly without: string;
  /** The smallest tests that have to go red. */
  readonly tests: readonly string[];
  /** Only tests whose name has this in it. */
  readonly named?: string;
}

const protocol = ['tests/orchestrator/jobs/protocol.test.ts'];
const stale = ['tests/orchestrator/jobs/stale-ends.test.ts'];

/** Named guards, each of which holds one promise of docs/durability.md or docs/job-states.md. */
export const mutations: readonly Mutation[] = [
  {
    name: 'the lease token of a completed job',
    file: 'orchestrator/jobs/finish.ts',
    guard: 'jobs.fence = h.fence and ',
    without: '',
    tests: protocol,
  },
  {
    name: 'the lease token of a failed, released or parked job',
    file: 'orchestrator/jobs/finish.ts',
    guard: 'fence = ${body.fence}::bigint and ',
    without: '',
    tests: stale,
  },
  {
    name: 'the lease token of journal rows',
    file: 'orchestrator/jobs/progress.ts',
    guard: 'and fence = ${body.fence}::bigint ',
    without: '',
    tests: protocol,
  },
  {
    name: 'the lease token of a heartbeat',
    file: 'orchestrator/jobs/lease.ts',
    guard: 'and j.fence = h.fence ',
    without: '',
    tests: protocol,
  },
  {
    name: 'an end only while the job runs',
    file: 'orchestrator/jobs/report.ts',
    guard: 'if (job.ended_fence === fence) {',
    without: 'if (job.ended_fence === -1) {',
    tests: protocol,
  },
  {
    name: 'the key a job was claimed with',
    file: 'orchestrator/jobs/finish.ts',
    guard: 'and jobs.key_id = h.key_id ',
    without: '',
    tests: stale,
  },
  {
    name: 'leases are taken only when they have run out',
    file: 'orchestrator/maintenance/expire-leases.ts',
    guard: 'and lease_until < clock_timestamp()',
    without: '',
    tests: [...protocol, 'tests/orchestrator/maintenance/housekeeping.test.ts'],
  },
  {
    name: 'no lease is taken right after an outage',
    file: 'orchestrator/maintenance/expire-leases.ts',
    guard: 'if (watch?.in_grace) return [];',
    without: '',
    tests: ['tests/orchestrator/maintenance/housekeeping.test.ts'],
  },
  {
    name: 'a claim that is repeated gives the same job',
    file: 'orchestrator/jobs/claim-statement.ts',
    guard: 'coalesce(bool_or(claim_key = q.claim_key), false)',
    without: 'false',
    tests: protocol,
  },
  {
    name: 'a job that somebody else is just claiming is passed over',
    file: 'orchestrator/jobs/claim-statement.ts',
    guard: '      for update skip locked\n',
    without: '',
    tests: ['tests/orchestrator/jobs/claims-at-once.test.ts'],
  },
  {
    name: 'row level security also for the owner of a table',
    file: 'migrations/0004-create-jobs.sql',
    guard: 'alter table jobs force row level security;',
    without: '',
    tests: ['tests/orchestrator/db/row-security.test.ts'],
  },
  {
    name: 'one reply for each Idempotency-Key',
    file: 'migrations/0004-create-jobs.sql',
    guard: 'primary key (tenant_id, workspace_id, route, key)',
    without: 'primary key (tenant_id, workspace_id, route, key, created_at)',
    tests: ['tests/orchestrator/jobs/claiming.test.ts'],
  },
  {
    name: 'a step in doubt that must not happen twice is parked',
    file: 'engine/run-guarded.ts',
    guard: "? 'park' : 'retry'",
    without: "? 'retry' : 'retry'",
    tests: ['tests/engine/failpoints.long.test.ts', 'tests/engine/resume.test.ts'],
  },
  {
    name: 'rows of a journal are verified',
    file: 'engine/journal/sqlite-journal.ts',
    guard: 'if (!right) throw',
    without: 'if (!right && expected === -1) throw',
    tests: ['tests/engine/journal/damage.test.ts'],
  },
  {
    name: 'rows are delivered before the end of a job',
    file: 'robot/job-report.ts',
    guard: "await sendRest(end.body['cancelled'] === true ? CANCELLED_REST_MS : undefined);",
    without: '',
    tests: ['tests/robot/job-report.test.ts'],
  },
  {
    name: 'a robot stops acting before its lease is over',
    file: 'robot/lease.ts',
    guard: ' * (1 - SAFETY_SHARE)',
    without: ' * (1 + SAFETY_SHARE)',
    tests: ['tests/robot/lease.test.ts'],
  },
];
