import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  asAppError,
  type ClaimedJob,
  endReplySchema,
  extendLeaseReplySchema,
  progressReplySchema,
} from '@casare/shared';
import { openSqliteJournal } from '@casare/engine';
import type { Logger } from 'pino';
import { createBackoff } from './backoff.ts';
import type { RobotFailpoint } from './failpoint.ts';
import { jobFolder, journalPath, removeJobFolder } from './job-folder.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { Reachability } from './reachability.ts';
import type { RunningJobs } from './running-jobs.ts';
import { openJob } from './held-input.ts';
import type { JobOnDisk, RobotStore } from './store.ts';

export interface TakeUp {
  dataFolder: string;
  client: OrchestratorClient;
  reach: Reachability;
  store: RobotStore;
  jobs: RunningJobs;
  log: Logger;
  failpoint: RobotFailpoint;
  signal: AbortSignal;
}

/** A job held before a crash or restart goes on where it was, if its lease can be taken up again; otherwise it is forgotten. */
export async function takeUpJob(held: JobOnDisk, parts: TakeUp): Promise<void> {
  const { jobId, fence } = held.job;
  const { client, log, signal } = parts;
  const path = `/jobs/${jobId}`;
  const backoff = createBackoff(500, 15_000);
  while (!signal.aborted) {
    const sentAt = performance.now();
    try {
      let seconds = 0;
      // Only an end is left to deliver: nothing is opened any more.
      let job: ClaimedJob = { ...held.job, input: {}, journalKey: '' };
      if (!held.end) {
        const lease = await client.call('POST', `${path}/extend-lease`, extendLeaseReplySchema, {
          body: { fence },
          signal,
        });
        parts.failpoint.reach('takeup.extended');
        seconds = lease.leaseSeconds;
        job = openJob(held.job, lease.journalKey);
        const known = await client.call('POST', `${path}/progress`, progressReplySchema, {
          body: { fence },
          signal,
        });
        if (!isWhole(parts.dataFolder, job, known.lastStepSeq)) {
          await client.call('POST', `${path}/release`, endReplySchema, {
            body: { fence, lastStepSeq: 0, reason: 'The journal on the robot is damaged, or older than the one here.' },
            signal,
          });
          log.warn(
            { jobId },
            'the journal of a job is damaged or older than what the orchestrator has; set it aside and handed it back',
          );
          setAside(parts.dataFolder, jobId);
          await forget(parts, jobId);
          return;
        }
      }
      parts.jobs.begin({ job, end: held.end }, { sentAt, seconds });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isTemporary(error)) {
        const reason = asAppError(error).message;
        log.warn({ jobId, reason }, 'a job from before the restart is no longer ours');
        await forget(parts, jobId);
        return;
      }
      await parts.reach.pause(backoff.next(), signal);
    }
  }
}

/**
 * Whether the journal here verifies and reaches as far: neither a damaged file, nor a restored backup, nor a lost folder may make finished steps run
 * again. The orchestrator has every row that protects an effect, so whoever claims the job next begins with a right one.
 */
function isWhole(dataFolder: string, { jobId, journalKey }: ClaimedJob, seq: number): boolean {
  try {
    const path = journalPath(jobFolder(dataFolder, jobId));
    const journal = openSqliteJournal({ path, runId: jobId, key: Buffer.from(journalKey, 'base64') });
    try {
      return journal.load().length >= seq;
    } finally {
      void journal.close();
    }
  } catch {
    return false;
  }
}

/** As evidence: nobody resumes from it. */
function setAside(dataFolder: string, jobId: string): void {
  const aside = join(dataFolder, 'damaged');
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    rmSync(join(aside, jobId), { recursive: true, force: true });
    renameSync(jobFolder(dataFolder, jobId), join(aside, jobId));
  } catch {
    // There is nothing to keep, or no place to keep it.
  }
}

async function forget({ dataFolder, store }: TakeUp, jobId: string): Promise<void> {
  await removeJobFolder(jobFolder(dataFolder, jobId));
  store.forget(jobId);
}
