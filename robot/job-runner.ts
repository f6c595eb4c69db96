import type { ChildProcess } from 'node:child_process';
import { asAppError, type ClaimedJob, toWire } from '@casare/shared';
import { askForJob } from './ask-for-job.ts';
import { pause } from './backoff.ts';
import { type Asked, type EndReport, endOf } from './end-report.ts';
import { removeJobFolder } from './job-folder.ts';
import { createJobReport } from './job-report.ts';
import type { Lease } from './lease.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import type { RobotStore } from './store.ts';
import { isRunning, killTree, type WorkerProcesses } from './worker-processes.ts';
import type { FromWorker, ToWorker, WorkerOutcome, WorkerQuestion } from './worker-messages.ts';

/** A worker that has not ended so long after it was told to is killed with everything it started. */
const STOP_MS = { cancel: 1000, release: 5000 };
/** The worker ends its run itself at the job's time limit; one that hangs is killed so much later. */
const TIMEOUT_GRACE_MS = 5000;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2_147_483_647;

export interface JobRunner {
  readonly job: ClaimedJob;
  readonly lease: Lease;
  /** Absent while there is none: only the end is still delivered. */
  readonly workerPid: number | undefined;
  position(): { currentNode?: string; progress?: number };
  cancel(): void;
  /** Hand the job back at the next node boundary. */
  release(): void;
  /** The lease is gone: stop and report nothing. */
  drop(): void;
  /** The orchestrator is there again: no pause before the next try. */
  hurry(): void;
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
  /** Aborts deliveries and the work when the robot ends; what is not delivered stays in the store. */
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
  let asked: Asked | undefined;
  let place: { currentNode?: string; progress?: number } = {};
  const report = createJobReport({
    job,
    folder: options.folder,
    client: options.client,
    store,
    signal,
    onCancelRequested: () => stopWorker('cancel'),
    onStale: () => drop(),
    onRefused: (error) => kill(error),
  });

  function tell(message: ToWorker): void {
    if (worker?.connected) worker.send(message);
  }

  function stopWorker(type: 'cancel' | 'release'): void {
    const target = worker;
    if (!target || !isRunning(target) || asked === type) return;
    asked = type;
    tell({ type });
    void pause(STOP_MS[type], signal).then(() => {
      if (isRunning(target)) killTree(target);
    });
  }

  /** Without asking it first. */
  function kill(reason: Asked | undefined): void {
    if (!worker || !isRunning(worker)) return;
    asked = reason ?? asked;
    killTree(worker);
  }

  function drop(): void {
    if (dropped) return;
    dropped = true;
    options.log('warn', 'lost the lease of a job, stopping it', { jobId: job.jobId });
    kill(undefined);
  }

  async function live(): Promise<void> {
    let end = options.end;
    if (!end) {
      const outcome = await runWorker();
      if (dropped || (outcome === undefined && signal.aborted)) return;
      end = endOf(outcome, asked);
      store.keepEnd(job.jobId, end);
      options.log('info', 'run over', { jobId: job.jobId, end: end.kind });
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
      if (child.pid === undefined) return resolve(undefined);
      worker = child;
      const stopTimer = killAtTimeLimit();
      const stop = () => kill(undefined);
      signal.addEventListener('abort', stop);
      child.on('message', (message: FromWorker) => {
        if (message.type === 'ended') outcome = message.outcome;
        else hear(message);
      });
      // The last message may still be in the pipe when the process is gone: only the end of the channel says that all were read.
      const closed = new Promise<void>((done) => (child.connected ? child.once('disconnect', done) : done()));
      child.once('exit', () => {
        killTree(child);
        stopTimer();
        signal.removeEventListener('abort', stop);
        void closed.then(() => resolve(outcome));
      });
      tell({ type: 'start', job, folder: options.folder });
      report.wake();
    });
  }

  function killAtTimeLimit(): () => void {
    if (job.timeoutMs === null) return () => undefined;
    const timer = setTimeout(() => kill('timeout'), Math.min(LONGEST_TIMER_MS, job.timeoutMs + TIMEOUT_GRACE_MS));
    return () => clearTimeout(timer);
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
      case 'question':
        void answerQuestion(message.id, message.question);
        return;
      case 'barrier':
        void answerBarrier(message.id, message.seq);
    }
  }

  async function answerQuestion(id: number, question: WorkerQuestion): Promise<void> {
    try {
      tell({ type: 'answer', id, answer: await askForJob(options, question) });
    } catch (error) {
      tell({ type: 'refusal', id, error: toWire(asAppError(error)) });
    }
  }

  async function answerBarrier(id: number, seq: number): Promise<void> {
    let ok = await report.delivered(seq);
    // The orchestrator may be away longer than the lease: wait for the next renewal rather than act without one.
    while (ok && !options.lease.safe() && !dropped && !signal.aborted) await pause(50, signal);
    if (dropped || signal.aborted) ok = false;
    tell({ type: 'barrier', id, ok });
  }

  async function liveAndTidyUp(): Promise<void> {
    try {
      await live();
    } finally {
      report.close();
      if (!signal.aborted) {
        await removeJobFolder(options.folder);
        store.forget(job.jobId);
      }
    }
  }

  const done = liveAndTidyUp();

  return {
    job,
    lease: options.lease,
    get workerPid() {
      return worker?.pid;
    },
    position: () => place,
    cancel: () => stopWorker('cancel'),
    release: () => stopWorker('release'),
    drop,
    hurry: report.hurry,
    done,
  };
}
