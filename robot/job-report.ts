import { type JournalReader, openJournalReader } from '@casare/engine';
import {
  AppError,
  asAppError,
  type ClaimedJob,
  endReplySchema,
  type ErrorCode,
  progressReplySchema,
  type StepRow,
} from '@casare/shared';
import { createBackoff, pause, within } from './backoff.ts';
import { asFailure, type EndReport } from './end-report.ts';
import type { RobotFailpoint } from './failpoint.ts';
import { journalPath } from './job-folder.ts';
import { LARGEST_OUTPUT } from './limits.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { RobotStore } from './store.ts';

const BATCH = 1000;
/** Characters of JSON in one request; the worker refuses a single output that is larger. */
const MAX_REQUEST = LARGEST_OUTPUT;
/** Between two requests while nobody waits: a job of a million small steps must not ask for a request each. */
const GATHER_MS = 100;
/** A cancelled job is over at once: a long journal that nobody will go on from does not hold that up. */
const CANCELLED_REST_MS = 300;
/** From when it was asked for; what its process took to end is not waited for again. */
const CANCELLED_ROWS_MS = 750;
const LEAST_REST_MS = 100;
/** While a job is being cancelled a request has to be over soon. */
const CANCELLED_BATCH = 100;
/** Somebody else has the job, or nobody; nothing that this robot says about it counts any more. */
const LOST: readonly ErrorCode[] = ['STALE_LEASE', 'NOT_FOUND', 'UNAUTHENTICATED', 'FORBIDDEN'];

export interface JobReport {
  /** There is more to send; returns at once. */
  wake(): void;
  /** Cuts a pause between tries short: the orchestrator is there again. */
  hurry(): void;
  /** The job is being cancelled: what is still sent of it is little. */
  cancelling(): void;
  /** What the fleet shows beside the job. */
  position(currentNode: string, fraction: number | undefined): void;
  /** Resolves true once the orchestrator has every row up to `seq`, false when it refuses this robot's lease. */
  delivered(seq: number): Promise<boolean>;
  /** Sends everything, then the end; never gives up while `signal` is open. False: refused, somebody else has the job. */
  finish(end: EndReport): Promise<boolean>;
  close(): void;
}

export interface JobReportOptions {
  job: ClaimedJob;
  folder: string;
  client: OrchestratorClient;
  store: RobotStore;
  failpoint: RobotFailpoint;
  signal: AbortSignal;
  onCancelRequested(): void;
  /** The orchestrator refuses the lease. */
  onStale(): void;
  /** The orchestrator does not take what the job has to say (too large, say): the job cannot go on. */
  onRefused(error: AppError): void;
}

/** Delivers one job's journal, log and end: in order, at least once, until acknowledged; the orchestrator drops what it has already. */
export function createJobReport(options: JobReportOptions): JobReport {
  const { job, client, store, failpoint, signal } = options;
  let reader: JournalReader | undefined;
  /** Unknown until the orchestrator said what it has. */
  let acknowledged: number | undefined;
  let place: { currentNode?: string; progress?: number } = {};
  let placeSent = true;
  let over: 'stale' | 'refused' | 'enough' | undefined;
  let finishing = false;
  let running: Promise<void> | undefined;
  let again = false;
  let cancelledAt: number | undefined;
  let hurried = new AbortController();
  const waiting: { seq: number; resolve(ok: boolean): void }[] = [];
  const backoff = createBackoff(250, 15_000);

  function rest(ms: number): Promise<void> {
    return pause(ms, AbortSignal.any([signal, hurried.signal]));
  }

  function hurry(): void {
    hurried.abort();
    hurried = new AbortController();
  }

  const batch = () => (cancelledAt === undefined ? BATCH : CANCELLED_BATCH);

  function restOfCancelled(): number {
    const passed = cancelledAt === undefined ? 0 : performance.now() - cancelledAt;
    return Math.min(CANCELLED_REST_MS, Math.max(LEAST_REST_MS, CANCELLED_ROWS_MS - passed));
  }

  function rows(after: number) {
    reader ??= openJournalReader(journalPath(options.folder));
    return fitting(reader.after(after, batch()));
  }

  /** One request; true when there was something to send. */
  async function sendBatch(): Promise<boolean> {
    const steps = acknowledged === undefined ? [] : rows(acknowledged);
    const logs = acknowledged === undefined ? [] : store.undeliveredLogs(job.jobId, batch());
    if (acknowledged !== undefined && steps.length === 0 && logs.length === 0 && placeSent) return false;
    placeSent = true;
    if (steps.length > 0) failpoint.reach('rows.shipping');
    const reply = await client.call('POST', `/jobs/${job.jobId}/progress`, progressReplySchema, {
      body: { fence: job.fence, steps, logs, ...place },
    });
    if (steps.length > 0) failpoint.reach('rows.shipped');
    acknowledged = reply.lastStepSeq;
    store.logsDelivered(job.jobId, reply.lastLogSeq);
    if (reply.cancelRequested) options.onCancelRequested();
    for (const entry of waiting.splice(0)) {
      if (entry.seq <= acknowledged) entry.resolve(true);
      else waiting.push(entry);
    }
    return true;
  }

  async function sendAll(): Promise<void> {
    while (!signal.aborted && !over) {
      try {
        again = false;
        const sent = await sendBatch();
        backoff.reset();
        if (!sent && !again) return;
        if (waiting.length === 0 && !finishing) await rest(GATHER_MS);
      } catch (error) {
        if (signal.aborted) return;
        placeSent = false;
        if (misses(error)) acknowledged = undefined;
        else if (!isTemporary(error)) return giveUp(error);
        await rest(backoff.next());
      }
    }
  }

  function giveUp(error: unknown): void {
    if (over) return;
    const failure = asAppError(error);
    over = LOST.includes(failure.code) ? 'stale' : 'refused';
    for (const entry of waiting.splice(0)) entry.resolve(false);
    if (over === 'stale') options.onStale();
    else options.onRefused(failure);
  }

  function wake(): void {
    again = true;
    running ??= sendAll().finally(() => {
      running = undefined;
      if (again && !signal.aborted && !over) wake();
    });
  }

  async function sendRest(withinMs?: number): Promise<void> {
    if (over) return;
    wake();
    hurry();
    if (withinMs === undefined) return running;
    await within(running ?? Promise.resolve(), withinMs);
    over ??= 'enough';
    await running;
  }

  return {
    wake,
    hurry,
    cancelling() {
      cancelledAt ??= performance.now();
    },
    position(currentNode, fraction) {
      place = { currentNode, ...(fraction !== undefined && { progress: fraction }) };
      placeSent = false;
    },
    delivered(seq) {
      if (over) return Promise.resolve(false);
      if (acknowledged !== undefined && seq <= acknowledged) return Promise.resolve(true);
      const done = new Promise<boolean>((resolve) => waiting.push({ seq, resolve }));
      wake();
      hurry();
      return done;
    },
    async finish(end) {
      finishing = true;
      let report = end;
      while (!signal.aborted) {
        await sendRest(end.body['cancelled'] === true ? restOfCancelled() : undefined);
        if (signal.aborted || over === 'stale') break;
        try {
          const sending = client.call('POST', `/jobs/${job.jobId}/${report.kind}`, endReplySchema, {
            body: { fence: job.fence, lastStepSeq: acknowledged ?? 0, ...report.body },
          });
          failpoint.reachSoon('end.sent');
          await sending;
          failpoint.reach('end.answered');
          return true;
        } catch (error) {
          const next = signal.aborted || isTemporary(error) || misses(error) ? report : asFailure(report, error);
          if (misses(error)) acknowledged = undefined;
          if (isLost(error) || next === undefined) break;
          if (next !== report) store.keepEnd(job.jobId, next);
          else await rest(backoff.next());
          report = next;
        }
      }
      return false;
    },
    close() {
      reader?.close();
      reader = undefined;
    },
  };
}

/** The orchestrator has fewer rows than it had once: those after what it has are sent again. */
function misses(error: unknown): boolean {
  return error instanceof AppError && error.code === 'CONFLICT';
}

function isLost(error: unknown): boolean {
  return error instanceof AppError && LOST.includes(error.code);
}

/** As many rows from the front as one request takes; never none. */
function fitting(rows: StepRow[]): StepRow[] {
  let size = 0;
  const end = rows.findIndex((row, i) => {
    size += JSON.stringify(row).length;
    return size > MAX_REQUEST && i > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
