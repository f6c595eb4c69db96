import { setTimeout as delay } from 'node:timers/promises';
import type { EventType } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { acrossTenants, oneAcrossTenants } from '../db/transaction.ts';
import type { Signals } from './signals.ts';

export interface EventRow {
  seq: number;
  tenant_id: string;
  workspace_id: string;
  type: EventType;
  ts: Date;
  subject_id: string;
}

/**
 * Reads `events` in the order of their numbers. Numbers are given before transactions commit, so a lower one can appear
 * after a higher one: at a missing number the reader stops until that number appears, or until every transaction that ran
 * when it was missed has ended, which proves that it was rolled back. So what was handed out up to `last()` is complete.
 */
export interface EventReader {
  /** Up to here everything was handed out. */
  last(): number;
  /** Reads what is there now. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

interface ReaderOptions {
  readonly database: Database;
  readonly signals: Signals;
  /** While nobody watches only the end is followed, once a second. */
  isWatched(): boolean;
  /** Makes the events ready; what it returns hands them out, at the same moment as `last()` moves on. */
  prepare(events: readonly EventRow[]): Promise<() => void>;
  onError(error: unknown): void;
}

/** `gap`: it waits for a number; `more`: there was more than it takes at once. */
type Outcome = 'done' | 'more' | 'gap';

/** A number that is missing, or that what comes before may still be missing. */
interface Gap {
  readonly seq: number;
  /** Transactions that started before this one may still bring it. */
  readonly until: number;
  readonly noticedAt: number;
}

const batch = 2000;
const idleMs = 1000;
const gapMs = 5;
// Between taking a number and being seen as a running transaction lie microseconds.
const minGapMs = 50;
// No transaction of ours lives as long; a foreign one must not stop the live view for good.
const maxGapMs = 30_000;

export async function startEventReader(options: ReaderOptions): Promise<EventReader> {
  const { database, signals, isWatched } = options;
  const stopping = new AbortController();
  let last = await settledStart(database);
  let gap: Gap | undefined;
  let horizon: Gap | undefined;
  let reading: Promise<Outcome> | undefined;
  let wanted = false;
  let wake: () => void = () => {};

  async function read(whole: boolean): Promise<Outcome> {
    if (!whole) return skip();
    const { rows, xmin, xmax } = await acrossTenants(database.system, async (db) => {
      // Before the rows: a transaction that has ended by now has its rows in the second answer.
      const [snapshot] = await db.query<{ xmin: number; xmax: number }>(sql`
        select pg_snapshot_xmin(s)::text::bigint as xmin, pg_snapshot_xmax(s)::text::bigint as xmax
        from pg_current_snapshot() s`);
      const found = await db.query<EventRow>(sql`
        select seq, tenant_id, workspace_id, type, ts, subject_id from events
        where seq > ${last}::bigint order by seq limit ${batch}::int`);
      return { rows: found, xmin: snapshot?.xmin ?? 0, xmax: snapshot?.xmax ?? 0 };
    });
    const ready: EventRow[] = [];
    let expected = last + 1;
    for (const row of rows) {
      if (row.seq > expected && !isDead(expected, xmin, xmax)) break;
      ready.push(row);
      expected = row.seq + 1;
    }
    const end = ready.at(-1);
    if (end) {
      const handOut = await options.prepare(ready);
      last = end.seq;
      handOut();
    }
    if (rows.length > ready.length) return 'gap';
    return ready.length === batch ? 'more' : 'done';
  }

  /** While nobody watches: on to the end that was there the time before, once everything that ran then has ended. */
  async function skip(): Promise<Outcome> {
    const now = await endOf(database);
    if (horizon && performance.now() - horizon.noticedAt < minGapMs) return 'done';
    if (horizon && now.xmin >= horizon.until) last = Math.max(last, horizon.seq);
    horizon = { seq: now.last, until: now.xmax, noticedAt: performance.now() };
    return 'done';
  }

  function isDead(seq: number, xmin: number, xmax: number): boolean {
    if (gap?.seq !== seq) {
      gap = { seq, until: xmax, noticedAt: performance.now() };
      return false;
    }
    const age = performance.now() - gap.noticedAt;
    return (age > minGapMs && xmin >= gap.until) || age > maxGapMs;
  }

  /** One at a time: two readers would hand out the same events. */
  function readOnce(whole = isWatched()): Promise<Outcome> {
    reading ??= read(whole).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wanted = false;
      const outcome = await readOnce().catch((error: unknown): Outcome => {
        if (!stopping.signal.aborted) options.onError(error);
        return 'done';
      });
      if (outcome === 'more' || (wanted && isWatched() && outcome === 'done')) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, outcome === 'gap' && isWatched() ? gapMs : idleMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  const unsubscribe = signals.subscribe((signal) => {
    if (signal.kind !== 'events') return;
    wanted = true;
    if (isWatched()) wake();
  });
  const running = run();
  return {
    last: () => last,
    async catchUp() {
      // One may be under way that began before the caller's own changes; the next one sees them.
      await readOnce(true);
      while ((await readOnce(true)) === 'more');
    },
    async stop() {
      stopping.abort();
      unsubscribe();
      wake();
      await running;
      await reading?.catch(() => {});
    },
  };
}

/** A number below which nothing can appear any more. */
async function settledStart(database: Database): Promise<number> {
  const start = await endOf(database);
  const deadline = performance.now() + maxGapMs;
  for (let now = start; now.xmin < start.xmax && performance.now() < deadline; now = await endOf(database))
    await delay(gapMs);
  return start.last;
}

async function endOf(database: Database): Promise<{ last: number; xmin: number; xmax: number }> {
  const [end] = await oneAcrossTenants<{ last: number; xmin: number; xmax: number }>(
    database.system,
    sql`
      select (select coalesce(max(seq), 0) from events) as last, pg_snapshot_xmin(s)::text::bigint as xmin,
        pg_snapshot_xmax(s)::text::bigint as xmax
      from pg_current_snapshot() s`,
  );
  if (!end) throw new TypeError('a select without a condition returns a row');
  return end;
}
