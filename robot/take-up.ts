import { asAppError, endReplySchema, extendLeaseReplySchema, progressReplySchema } from '@casare/shared';
import { openJournalReader } from '@casare/engine';
import type { Logger } from 'pino';
import { createBackoff, pause } from './backoff.ts';
import { jobFolder, journalPath, removeJobFolder } from './job-folder.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { RunningJobs } from './running-jobs.ts';
import type { HeldJob, RobotStore } from './store.ts';

export interface TakeUp {
  dataFolder: string;
  client: OrchestratorClient;
  store: RobotStore;
  jobs: RunningJobs;
  log: Logger;
  signal: AbortSignal;
}

/** A job held before a crash or restart goes on where it was, if its lease can be taken up again; otherwise it is forgotten. */
export async function takeUpJob(held: HeldJob, parts: TakeUp): Promise<void> {
  const { job } = held;
  const { client, log, signal } = parts;
  const path = `/jobs/${job.jobId}`;
  const backoff = createBackoff(500, 15_000);
  while (!signal.aborted) {
    const sentAt = performance.now();
    try {
      let seconds = 0;
      if (!held.end) {
        const lease = await client.call('POST', `${path}/extend-lease`, extendLeaseReplySchema, {
          body: { fence: job.fence },
          signal,
        });
        seconds = lease.leaseSeconds;
        const known = await client.call('POST', `${path}/progress`, progressReplySchema, {
          body: { fence: job.fence },
          signal,
        });
        if (!hasRow(parts.dataFolder, job.jobId, known.lastStepSeq)) {
          await client.call('POST', `${path}/release`, endReplySchema, {
            body: { fence: job.fence, lastStepSeq: 0, reason: 'The journal on the robot is older than the one here.' },
            signal,
          });
          log.warn(
            { jobId: job.jobId },
            'the journal of a job is older than what the orchestrator has; handed it back',
          );
          await forget(parts, job.jobId);
          return;
        }
      }
      parts.jobs.begin(held, { sentAt, seconds });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isTemporary(error)) {
        const reason = asAppError(error).message;
        log.warn({ jobId: job.jobId, reason }, 'a job from before the restart is no longer ours');
        await forget(parts, job.jobId);
        return;
      }
      await pause(backoff.next(), signal);
    }
  }
}

/** Whether the journal here reaches as far: a restored backup or a lost folder must not make finished steps run again. */
function hasRow(dataFolder: string, jobId: string, seq: number): boolean {
  try {
    const reader = openJournalReader(journalPath(jobFolder(dataFolder, jobId)));
    try {
      return seq === 0 || reader.after(seq - 1, 1)[0]?.seq === seq;
    } finally {
      reader.close();
    }
  } catch {
    return false;
  }
}

async function forget({ dataFolder, store }: TakeUp, jobId: string): Promise<void> {
  await removeJobFolder(jobFolder(dataFolder, jobId));
  store.forget(jobId);
}
