import type { ChildProcess } from 'node:child_process';
import { AppError, type ClaimedJob, toWire } from '@casare/shared';
import { pause } from './backoff.ts';
import { removeJobFolder } from './job-folder.ts';
import { createJobReport } from './job-report.ts';
import type { Lease } from './lease.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import type { EndReport, RobotStore } from './store.ts';
import { killTree, type WorkerProcesses } from './worker-processes.ts';
import type { FromWorker, ToWorker, WorkerOutcome } from './worker-messages.ts';

/** A cancelled or released worker that has not ended by then is killed with everything it started. */
const STOP_MS = 5000;

export interface JobRunner {
  readonly job: ClaimedJob;
  readonly lease: Lease;
  position(): { currentNode?: string; progress?: number };
  cancel(): void;
  /** Hand the job back at the next node boundary. */
  release(): void;
  /** The lease is gone: stop and report nothing. */
  drop(): void;
  /** Resolves when the job has ended here and its end is acknowledged (or refused, or kept for the next start). */
  done: Promise<void>;
}

export interface JobRunnerOptions {
  job: ClaimedJob;
  folder: string;
  lease: Lease;
  client: OrchestratorClient;
  store: RobotStore;
  workers: WorkerProcesses;
  /** Aborts deliveries when the robot ends; what is not delivered stays in the store. */
  signal: AbortSignal;
  /** An end kept from before a restart: only delivered. */
  end?: EndReport;
  log(level: 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
}

/** Runs one held job in a worker process and delivers what it reports. */
export function startJob(options: JobRunnerOptions): JobRunner {
  const { job, store, signal } = options;
  let worker: ChildProcess | undefined;
  let dropped = false;
  let asked: 'cancel' | 'release' | undefined;
  let place: { currentNode?: string; progress?: number } = {};
  const report = createJobReport({
    job,
    folder: options.folder,
    client: options.client,
    store,
    signal,
    onCancelRequested: () => stopWorker('cancel'),
    onStale: () => drop(),
  });

  function tell(message: ToWorker): void {
    if (worker?.connected) worker.send(message);
  }

  function stopWorker(type: 'cancel' | 'release'): void {
    const target = worker;
    if (!target || target.exitCode !== null || asked === type) return;
    asked = type;
    tell({ type });
    void pause(STOP_MS, signal).then(() => killTree(target));
  }

  function drop(): void {
    if (dropped) return;
    dropped = true;
    options.log('warn', 'lost the lease of a job, stopping it', { jobId: job.jobId });
    if (worker) killTree(worker);
  }

  async function live(): Promise<void> {
    let end = options.end;
    if (!end) {
      report.wake();
      const outcome = await runWorker();
      if (dropped || (outcome === undefined && signal.aborted)) return;
      end = endOf(outcome ?? killedOutcome(asked));
      store.keepEnd(job.jobId, end);
    }
    const accepted = await report.finish(end);
    if (signal.aborted && !accepted) return;
    options.log(accepted ? 'info' : 'warn', accepted ? 'job ended' : 'the end of a job was refused', {
      jobId: job.jobId,
      end: end.kind,
    });
  }

  /** What the worker said last; undefined when it died without a word. */
  function runWorker(): Promise<WorkerOutcome | undefined> {
    return new Promise((resolve) => {
      let outcome: WorkerOutcome | undefined;
      const child = options.workers.take();
      worker = child;
      child.on('message', (message: FromWorker) => {
        if (message.type === 'ended') outcome = message.outcome;
        else hear(message);
      });
      // The last message may still be in the pipe when the process is gone: only the end of the channel says that all were read.
      const closed = new Promise<void>((done) => (child.connected ? child.once('disconnect', done) : done()));
      child.once('exit', () => {
        killTree(child);
        void closed.then(() => resolve(outcome));
      });
      tell({ type: 'start', job, folder: options.folder });
    });
  }

  function hear(message: Exclude<FromWorker, { type: 'ended' }>): void {
    switch (message.type) {
      case 'journaled':
        report.wake();
        return;
      case 'logs':
        store.appendLogs(job.jobId, message.lines);
        report.wake();
        return;
      case 'progress':
        place = {
          currentNode: message.currentNode,
          ...(message.fraction !== undefined && { progress: message.fraction }),
        };
        report.position(message.currentNode, message.fraction);
        report.wake();
        return;
      case 'barrier':
        void answerBarrier(message.id, message.seq);
    }
  }

  async function answerBarrier(id: number, seq: number): Promise<void> {
    let ok = await report.delivered(seq);
    // The orchestrator may be away longer than the lease: wait for the next renewal rather than act without one.
    while (ok && !options.lease.safe() && !dropped && !signal.aborted) await pause(200, signal);
    if (dropped || signal.aborted) ok = false;
    tell({ type: 'barrier', id, ok });
  }

  const done = live().finally(async () => {
    report.close();
    const delivered = !signal.aborted;
    if (delivered) {
      await removeJobFolder(options.folder);
      store.forget(job.jobId);
    }
  });

  return {
    job,
    lease: options.lease,
    position: () => place,
    cancel: () => stopWorker('cancel'),
    release: () => stopWorker('release'),
    drop,
    done,
  };
}

function endOf(outcome: WorkerOutcome | undefined): EndReport {
  switch (outcome?.status) {
    case 'completed':
      return { kind: 'complete', body: { output: outcome.output } };
    case 'failed':
    case 'cancelled':
      return { kind: 'fail', body: { error: outcome.error, cancelled: outcome.status === 'cancelled' } };
    case 'parked':
      return { kind: 'park', body: { error: outcome.error, path: outcome.path } };
    case 'released':
      return { kind: 'release', body: { reason: 'The robot is stopping.' } };
    case undefined: {
      const error = new AppError(
        'INTERNAL',
        'The process of this job ended unexpectedly (crash, out of memory, or killed).',
        { retryable: true },
      );
      return { kind: 'fail', body: { error: toWire(error) } };
    }
  }
}

/** A worker that had to be killed was asked for what happened to it; one that died by itself was not. */
function killedOutcome(asked: 'cancel' | 'release' | undefined): WorkerOutcome | undefined {
  if (asked === 'release') return { status: 'released' };
  if (asked === 'cancel')
    return { status: 'cancelled', error: toWire(new AppError('RUN_CANCELLED', 'The job was cancelled.')) };
  return undefined;
}
