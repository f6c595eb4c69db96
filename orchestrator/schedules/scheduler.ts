import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { fireDue } from './fire.ts';
import { findFreeQueues, fireQueued } from './fire-queued.ts';
import { renewNextDue } from './renew-next-due.ts';

export interface Scheduler {
  stop(): Promise<void>;
}

interface DueRow {
  tenant_id: string;
  id: string;
  /** Milliseconds until then by the clock of the database. */
  wait: number;
}

/** So many are looked for at once, and so many fire in one transaction. */
const mostDue = 400;
const batch = 20;

/**
 * Fires what is due. Every instance does, and none has to lead: whoever locks a schedule first decides about its slot. The clock is that of
 * the database alone.
 */
export function startScheduler(context: Context): Scheduler {
  const stopping = new AbortController();
  // A schedule that was made on another instance is seen within this.
  const longestWaitMs = context.timing.scheduleSeconds * 1000;

  async function round(): Promise<number> {
    const found = await oneAcrossTenants<DueRow>(
      context.database.system,
      sql`
        select tenant_id, id, extract(epoch from next_due - clock_timestamp())::float8 * 1000 as wait from schedules
        where next_due <= clock_timestamp() + make_interval(secs => ${longestWaitMs / 1000}::float8)
        order by next_due limit ${mostDue}::int`,
    );
    const due = found.filter(({ wait }) => wait <= 0);
    let decided = 0;
    for (const [tenantId, ids] of batches(due, context.random)) {
      if (stopping.signal.aborted) return 0;
      decided += await fireDue(context, tenantId, ids);
    }
    for (const { tenant_id: tenantId, id } of await findFreeQueues(context)) {
      if (stopping.signal.aborted) return 0;
      await fireQueued(context, tenantId, id);
    }
    if (found.length === mostDue && decided > 0) return 0;
    const waits = found.filter(({ wait }) => wait > 0).map(({ wait }) => wait);
    // A little apart, so that instances do not ask for the same locks at the same moment.
    return Math.min(longestWaitMs, ...waits) + Math.min(10, longestWaitMs / 10) * context.random();
  }

  async function run(): Promise<void> {
    let isRenewed = false;
    while (!stopping.signal.aborted) {
      let wait = longestWaitMs;
      try {
        if (!isRenewed) await renewNextDue(context, stopping.signal);
        isRenewed = true;
        wait = await round();
      } catch (error) {
        if (!stopping.signal.aborted)
          context.log.warn({ err: error }, 'schedules could not be fired and are tried again');
      }
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** In another order on every instance: five that begin with the same one would wait for each other. */
function batches(due: readonly DueRow[], random: () => number): [tenantId: string, ids: string[]][] {
  const byTenant = new Map<string, string[]>();
  for (const { tenant_id: tenantId, id } of due) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), id]);
  const all: { order: number; entry: [string, string[]] }[] = [];
  for (const [tenantId, ids] of byTenant)
    for (let i = 0; i < ids.length; i += batch)
      all.push({ order: random(), entry: [tenantId, ids.slice(i, i + batch)] });
  return all.toSorted((a, b) => a.order - b.order).map(({ entry }) => entry);
}
