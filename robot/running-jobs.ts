import { asAppError, type ClaimedJob } from '@casare/shared';
import type { Logger } from 'pino';
import type { RobotFailpoint } from './failpoint.ts';
import { jobFolder } from './job-folder.ts';
import { type JobRunner, startJob } from './job-runner.ts';
import { createLease } from './lease.ts';
import type { Spool } from './evidence/spool.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import type { Reachability } from './reachability.ts';
import type { HeldJob, RobotStore } from './store.ts';
import { startJobSpan } from './tracing/job-span.ts';
import type { WorkerProcesses } from './worker-processes.ts';

/** The jobs this robot works on now. */
export interface RunningJobs {
  readonly size: number;
  all(): JobRunner[];
  get(jobId: string): JobRunner | undefined;
  /** The lease counts from `sentAt`, when the request that gave it was sent. */
  begin(held: HeldJob, lease: { sentAt: number; seconds: number }): void;
  /** A job that came back under another lease: what still runs of it here is stopped first. */
  makeRoomFor(job: ClaimedJob): Promise<void>;
  /** Resolves when every job that runs now has ended here. */
  settled(): Promise<void>;
}

export interface RunningJobsOptions {
  dataFolder: string;
  robotName: string;
  client: OrchestratorClient;
  reach: Reachability;
  store: RobotStore;
  workers: WorkerProcesses;
  log: Logger;
  failpoint: RobotFailpoint;
  spool: Spool;
  memoryMb: number;
  /** A job ended here, in so many seconds. */
  onEnded(end: string, seconds: number): void;
  signal: AbortSignal;
  /** A job began or ended. */
  onChange(): void;
}

export function createRunningJobs(options: RunningJobsOptions): RunningJobs {
  const { dataFolder, client, store, workers, log, failpoint, signal, onChange } = options;
  const jobs = new Map<string, JobRunner>();
  return {
    get size() {
      return jobs.size;
    },
    all: () => [...jobs.values()],
    get: (jobId) => jobs.get(jobId),
    begin({ job, end }, { sentAt, seconds }) {
      const span = startJobSpan(job, options.robotName);
      const jobLog = log.child({
        jobId: job.jobId,
        attempt: job.attempt,
        ...(span.traceId !== undefined && { traceId: span.traceId }),
      });
      const runner = startJob({
        job,
        span,
        folder: jobFolder(dataFolder, job.jobId),
        lease: createLease(sentAt, seconds),
        client,
        store,
        workers,
        failpoint,
        spool: options.spool,
        reach: options.reach,
        memoryMb: options.memoryMb,
        onEnded: options.onEnded,
        signal,
        ...(end && { end }),
        log: (level, message, facts) => jobLog[level](facts, message),
      });
      jobs.set(job.jobId, runner);
      const { workerPid } = runner;
      jobLog.info({ workflow: job.workflow.name, workerPid }, 'job started');
      onChange();
      void runner.done
        .catch((error: unknown) =>
          jobLog.error({ error: asAppError(error).message }, 'a job could not be ended properly'),
        )
        .finally(() => {
          if (jobs.get(job.jobId) === runner) jobs.delete(job.jobId);
          onChange();
        });
    },
    async makeRoomFor(job) {
      const old = jobs.get(job.jobId);
      if (!old || old.job.fence === job.fence) return;
      old.drop();
      await old.done.catch(() => undefined);
    },
    async settled() {
      await Promise.allSettled([...jobs.values()].map((runner) => runner.done));
    },
  };
}
