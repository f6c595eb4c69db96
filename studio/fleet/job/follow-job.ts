import { type AppError, asAppError, type LogLine, type StepRow } from '@casare/shared';
import type { FleetClient } from '../fleet-client.ts';
import { createRowLog, type Numbered, type RowLog } from './row-log.ts';

export interface FollowedJob {
  steps: RowLog<StepRow>;
  logs: RowLog<LogLine>;
  status: () => { loaded: boolean; error: AppError | undefined };
  onStatus: (listener: () => void) => () => void;
  /** Asks again for what may be missing (after an error or a cut). */
  refresh: () => Promise<void>;
  /** Loads and follows until the returned function is called. */
  start: () => () => void;
}

/** As many as one call gives; a full page means there is more. */
const PAGE = 5000;

/** Journal and log of one job: what is stored, then what comes, without a gap. Nothing happens before `start`. */
export function createFollowedJob(client: FleetClient, jobId: string): FollowedJob {
  const steps = createRowLog<StepRow>();
  const logs = createRowLog<LogLine>();
  const listeners = new Set<() => void>();
  let status: { loaded: boolean; error: AppError | undefined } = { loaded: false, error: undefined };
  let refreshing: Promise<void> | undefined;
  let again = false;
  let stopped = true;

  const setStatus = (next: typeof status) => {
    status = next;
    for (const listener of [...listeners]) listener();
  };
  const load = async () => {
    do {
      again = false;
      await catchUp(
        steps,
        async (after) => (await client.api.steps(jobId, after)).steps,
        () => stopped,
      );
      await catchUp(
        logs,
        async (after) => (await client.api.logs(jobId, after)).logs,
        () => stopped,
      );
    } while (again && !stopped);
  };
  const refresh = () => {
    if (refreshing) {
      // What came to light while a load is under way may not be in it.
      again = true;
      return refreshing;
    }
    refreshing = load()
      .then(
        () => setStatus({ loaded: true, error: undefined }),
        (thrown: unknown) => setStatus({ loaded: status.loaded, error: asAppError(thrown) }),
      )
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };
  const start = () => {
    stopped = false;
    const unwatch = client.watchJob(jobId, (stream) => {
      const complete = [steps.append(stream.steps as StepRow[]), logs.append(stream.logs as LogLine[])].every(Boolean);
      if (!complete) void refresh();
    });
    // Rows that came during a cut are not sent again; the stored ones are asked for when the link is back.
    let wasLive = client.live.status().state === 'live';
    const offStatus = client.live.onStatus(() => {
      const live = client.live.status().state === 'live';
      if (live && !wasLive) void refresh();
      wasLive = live;
    });
    void refresh();
    return () => {
      stopped = true;
      unwatch();
      offStatus();
    };
  };
  return {
    steps,
    logs,
    status: () => status,
    onStatus: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    refresh,
    start,
  };
}

async function catchUp<Row extends Numbered>(
  log: RowLog<Row>,
  load: (after: number) => Promise<Row[]>,
  isStopped: () => boolean,
): Promise<void> {
  for (;;) {
    const before = log.lastSeq();
    const rows = await load(before);
    if (isStopped()) return;
    log.append(rows);
    // A short page is the end; no progress would ask for the same for ever.
    if (rows.length < PAGE || log.lastSeq() === before) return;
  }
}
