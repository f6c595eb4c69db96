import type { ChildProcess } from 'node:child_process';
import { AppError, asAppError, type ClaimedJob, toWire } from '@casare/shared';
import { askForJob } from './ask-for-job.ts';
import { pause } from './backoff.ts';
import { type Asked, type EndReport, endOf } from './end-report.ts';
import type { RobotFailpoint } from './failpoint.ts';
import { createLastLines } from './evidence/last-lines.ts';
import type { Evidence } from './evidence/look.ts';
import { refusedEnd, withProof } from './evidence/refused-end.ts';
import type { Spool } from './evidence/spool.ts';
import { removeJobFolder } from './job-folder.ts';
import { createJobReport } from './job-report.ts';
import type { Lease } from './lease.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import { watchMemory } from './memory-watch.ts';
import type { Reachability } from './reachability.ts';
import type { RobotStore } from './store.ts';
import type { JobSpan } from './tracing/job-span.ts';
import { isRunning, killTree, type WorkerProcesses } from './worker-processes.ts';
import type { FromWorker, ToWorker, WorkerOutcome, WorkerQuestion } from './worker-messages.ts';

/** A worker that has not ended so long after it was told to is killed with everything it started. */
const STOP_MS = { cancel: 750, release: 5000 };
/** The worker ends its run itself at the job's time limit; one that hangs is killed so much later. */
const TIMEOUT_GRACE_MS = 5000;
/** A run that does not show itself in this time shows nothing. */
const LOOK_MS = 12_000;
const MiB = 1024 * 1024;
/** A process that gave up and had taken so much of its share gave up for want of memory. */
const HEAP_SHARE = 0.5;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2_147_483_647;

export interface JobRunner {
  readonly job: ClaimedJob;
  readonly lease: Lease;
  /** Absent while there is none: only the end is still delivered. */
  readonly workerPid: number | undefined;
  position(): { currentNode?: string; progress?: number; nodeMs?: number };
  /** Pictures of what its run has open; empty when it shows nothing, or does not answer. */
  look(): Promise<readonly Evidence[]>;
  /** Memory of its process with all it started. */
  readonly bytes: number;
  /** Seconds since it began here. */
  readonly seconds: number;
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
  reach: Reachability;
  store: RobotStore;
  workers: WorkerProcesses;
  failpoint: RobotFailpoint;
  spool: Spool;
  onEnded(end: string, seconds: number): void;
  span: JobSpan;
  /** What its process may take, in megabytes. */
  memoryMb: number;
  /** Aborts deliveries and the work when the robot ends; what is not delivered stays in the store. */
  signal: AbortSignal;
  /** An end kept from before a restart: only delivered. */
  end?: EndReport;
  log(level: 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
}

function tooMuchMemory(bytes: number, limitMb: number): AppError {
  return new AppError(
    'MEMORY_LIMIT',
    `The job took ${Math.ceil(bytes / MiB)} MB with its browsers and programs; this robot gives ${limitMb} MB to a job. Let it keep less at once, or raise ROBOT_JOB_MEMORY_MB.`,
    { details: { limitMb } },
  );
}

function codeOf({ body }: EndReport): string | undefined {
  return (body['error'] as { code?: string } | undefined)?.code;
}

/** Runs one held job in a worker process and delivers what it reports. */
export function startJob(options: JobRunnerOptions): JobRunner {
  const { job, store, signal } = options;
  let worker: ChildProcess | undefined;
  let dropped = false;
  let asked: Asked | undefined;
  let place: { currentNode?: string; progress?: number } = {};
  /** When the run came to its current node, on a clock that only goes forward. */
  let placeSince = performance.now();
  const begun = performance.now();
  const lastLines = createLastLines();
  const looks = new Map<number, (evidence: readonly Evidence[]) => void>();
  let bytes = 0;
  let mostBytes = 0;
  const report = createJobReport({
    job,
    folder: options.folder,
    client: options.client,
    store,
    failpoint: options.failpoint,
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
    if (type === 'cancel') report.cancelling();
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
    options.log('warn', 'lost the lease of a job, stopping it', {});
    kill(undefined);
  }

  async function live(): Promise<void> {
    let end = options.end;
    if (!end) {
      const outcome = await runWorker();
      if (dropped || (outcome === undefined && signal.aborted)) return options.span.end('lost');
      end = withProof(job, endOf(outcome, asked));
      keepLog(end);
      store.keepEnd(job.jobId, end);
      options.failpoint.reach('end.kept');
      options.onEnded(end.kind, (performance.now() - begun) / 1000);
      options.span.end(end.kind, codeOf(end));
      options.log('info', 'run over', { end: end.kind });
    }
    const accepted = await report.finish(end);
    if (signal.aborted && !accepted) return;
    if (!accepted) void options.spool.addForJob(job, refusedEnd(job, end), end.proof);
    options.log(accepted ? 'info' : 'warn', accepted ? 'job ended' : 'the end of a job was refused', {
      end: end.kind,
    });
  }

  /** The end of the log goes with a failure: the whole log may still wait, and goes when the job does. */
  function keepLog({ kind, body }: EndReport): void {
    const evidence = lastLines.asEvidence();
    if (kind === 'fail' && body['cancelled'] !== true && evidence) void options.spool.addForJob(job, evidence);
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
      const stopWatch = watchMemory(child.pid, options.memoryMb * MiB, {
        onLook(now) {
          bytes = now;
          mostBytes = Math.max(mostBytes, now);
        },
        onOver: (now) => kill(tooMuchMemory(now, options.memoryMb)),
      });
      signal.addEventListener('abort', stop);
      child.on('message', (message: FromWorker) => {
        if (message.type === 'ended') outcome = message.outcome;
        else hear(message);
      });
      // The last message may still be in the pipe when the process is gone: only the end of the channel says that all were read.
      const closed = new Promise<void>((done) => (child.connected ? child.once('disconnect', done) : done()));
      child.once('exit', (_code, how) => {
        killTree(child);
        stopTimer();
        stopWatch();
        bytes = 0;
        // The heap ends before the watch looks again when a run takes much at once.
        if (how === 'SIGABRT' && mostBytes > options.memoryMb * MiB * HEAP_SHARE)
          asked ??= tooMuchMemory(mostBytes, options.memoryMb);
        for (const answer of looks.values()) answer([]);
        looks.clear();
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
        lastLines.add(message.lines);
        store.appendLogs(job.jobId, message.lines);
        report.wake();
        return;
      case 'evidence':
        for (const one of message.evidence) void options.spool.addForJob(job, one);
        return;
      case 'looked':
        looks.get(message.id)?.(message.evidence);
        looks.delete(message.id);
        return;
      case 'progress':
        if (message.currentNode !== place.currentNode) placeSince = performance.now();
        place = {
          currentNode: message.currentNode,
          ...(message.fraction !== undefined && { progress: message.fraction }),
        };
        report.position(message.currentNode, message.fraction);
        report.wake();
        return;
      case 'steps':
        options.span.steps(message.steps, message.more);
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
    position: () => ({
      ...place,
      ...(place.currentNode !== undefined && { nodeMs: Math.round(performance.now() - placeSince) }),
    }),
    look() {
      if (!worker?.connected) return Promise.resolve([]);
      const id = looks.size === 0 ? 1 : Math.max(...looks.keys()) + 1;
      const seen = new Promise<readonly Evidence[]>((resolve) => looks.set(id, resolve));
      tell({ type: 'look', id });
      return Promise.race([seen, pause(LOOK_MS, signal).then(() => [])]);
    },
    get bytes() {
      return bytes;
    },
    get seconds() {
      return (performance.now() - begun) / 1000;
    },
    cancel: () => stopWorker('cancel'),
    release: () => stopWorker('release'),
    drop,
    hurry: report.hurry,
    done,
  };
}
