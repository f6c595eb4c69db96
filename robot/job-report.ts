import { type JournalReader, openJournalReader } from '@casare/engine';
import { AppError, type ClaimedJob, endReplySchema, progressReplySchema, type StepRow } from '@casare/shared';
import { createBackoff, pause } from './backoff.ts';
import { journalPath } from './job-folder.ts';
import { LARGEST_OUTPUT } from './limits.ts';
import { isTemporary, type OrchestratorClient } from './orchestrator-client.ts';
import type { EndReport, RobotStore } from './store.ts';

const BATCH = 1000;
/** Characters of JSON in one request; the worker refuses a single output that is larger. */
const MAX_REQUEST = LARGEST_OUTPUT;

export interface JobReport {
  /** There is more to send; returns at once. */
  wake(): void;
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
  signal: AbortSignal;
  onCancelRequested(): void;
  /** The orchestrator refuses the lease. */
  onStale(): void;
}

/** Delivers one job's journal, log and end: in order, at least once, until acknowledged; the orchestrator drops what it has already. */
export function createJobReport(options: JobReportOptions): JobReport {
  const { job, client, store, signal } = options;
  let reader: JournalReader | undefined;
  /** Unknown until the orchestrator said what it has. */
  let acknowledged: number | undefined;
  let place: { currentNode?: string; progress?: number } = {};
  let placeSent = true;
  let stale = false;
  let running: Promise<void> | undefined;
  let again = false;
  const waiting: { seq: number; resolve(ok: boolean): void }[] = [];
  const backoff = createBackoff(250, 15_000);

  function rows(after: number) {
    reader ??= openJournalReader(journalPath(options.folder));
    return fitting(reader.after(after, BATCH));
  }

  /** One request; true when there was something to send. */
  async function sendBatch(): Promise<boolean> {
    const steps = acknowledged === undefined ? [] : rows(acknowledged);
    const logs = acknowledged === undefined ? [] : store.undeliveredLogs(job.jobId, BATCH);
    if (acknowledged !== undefined && steps.length === 0 && logs.length === 0 && placeSent) return false;
    placeSent = true;
    const reply = await client.call('POST', `/jobs/${job.jobId}/progress`, progressReplySchema, {
      body: { fence: job.fence, steps, logs, ...place },
    });
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
    while (!signal.aborted && !stale) {
      try {
        again = false;
        const sent = await sendBatch();
        backoff.reset();
        if (!sent && !again) return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isTemporary(error)) {
          refused();
          return;
        }
        placeSent = false;
        await pause(backoff.next(), signal);
      }
    }
  }

  function refused(): void {
    if (stale) return;
    stale = true;
    for (const entry of waiting.splice(0)) entry.resolve(false);
    options.onStale();
  }

  function wake(): void {
    again = true;
    running ??= sendAll().finally(() => {
      running = undefined;
      if (again && !signal.aborted && !stale) wake();
    });
  }

  return {
    wake,
    position(currentNode, fraction) {
      place = { currentNode, ...(fraction !== undefined && { progress: fraction }) };
      placeSent = false;
    },
    delivered(seq) {
      if (stale) return Promise.resolve(false);
      if (acknowledged !== undefined && seq <= acknowledged) return Promise.resolve(true);
      const done = new Promise<boolean>((resolve) => waiting.push({ seq, resolve }));
      wake();
      return done;
    },
    async finish(end) {
      while (!signal.aborted && !stale) {
        wake();
        await running;
        if (stale || signal.aborted) break;
        try {
          await client.call('POST', `/jobs/${job.jobId}/${end.kind}`, endReplySchema, {
            body: { fence: job.fence, lastStepSeq: acknowledged ?? 0, ...end.body },
          });
          return true;
        } catch (error) {
          if (isTemporary(error)) await pause(backoff.next(), signal);
          else if (error instanceof AppError && error.code === 'CONFLICT') acknowledged = undefined;
          else refused();
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

/** As many rows from the front as one request takes; never none. */
function fitting(rows: StepRow[]): StepRow[] {
  let size = 0;
  const end = rows.findIndex((row, i) => {
    size += JSON.stringify(row).length;
    return size > MAX_REQUEST && i > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
