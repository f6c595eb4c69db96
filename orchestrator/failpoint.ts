import { writeSync } from 'node:fs';
import { createFailpoint, type Failpoint } from '@casare/shared';

/** Where tests let an orchestrator die. */
export const ORCHESTRATOR_FAILPOINTS = [
  /** Committed, not answered. */
  'submit.committed',
  /** The statement is at the database, which commits it or not. */
  'claim.sent',
  'claim.committed',
  'progress.committed',
  'complete.sent',
  'complete.committed',
  /** A failed end (dead letter), a park or a release. */
  'end.committed',
  'reap.sent',
  /** Leases were taken, robots were not woken. */
  'reap.committed',
  /** Jobs were given up after their robots had died too often. */
  'dead-letter.committed',
  /** Between two batches of a retention run. */
  'retention.batch',
] as const;
export type OrchestratorFailpoint = Failpoint<(typeof ORCHESTRATOR_FAILPOINTS)[number]>;

export function orchestratorFailpoint(spec: string | undefined): OrchestratorFailpoint {
  return createFailpoint(ORCHESTRATOR_FAILPOINTS, spec, (label) => {
    writeSync(2, `failpoint ${label}\n`);
    process.kill(process.pid, 'SIGKILL');
  });
}
