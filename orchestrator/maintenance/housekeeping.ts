import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { createLeaderLock } from '../db/leader-lock.ts';
import { expireLeases } from './expire-leases.ts';
import { expireTasks } from './expire-tasks.ts';
import { markLostRobots } from './lost-robots.ts';
import { pruneOldRows } from './prune.ts';
import { sampleQueues } from './sample-queues.ts';

export interface Housekeeping {
  stop(): Promise<void>;
}

interface Chore {
  readonly name: string;
  readonly everySeconds: number;
  run(signal: AbortSignal): Promise<unknown>;
}

const leaderLock = 7_268_003;

/** What one instance does for all. Each chore is harmless when two instances do it, the lock only saves the work. */
export function startHousekeeping(context: Context, url: string, retentionDays: number): Housekeeping {
  const { database, timing } = context;
  const chores: Chore[] = [
    { name: 'expire leases', everySeconds: timing.reapSeconds, run: () => expireLeases(context) },
    { name: 'expire tasks', everySeconds: timing.reapSeconds, run: () => expireTasks(context) },
    { name: 'lost robots', everySeconds: timing.reapSeconds, run: () => markLostRobots(context) },
    { name: 'sample queues', everySeconds: 60, run: () => sampleQueues(database) },
    { name: 'prune', everySeconds: 3600, run: (signal) => pruneOldRows(database, retentionDays, signal) },
  ];
  const stopping = new AbortController();
  const leader = createLeaderLock(url, leaderLock);
  const due = new Map<Chore, number>(chores.map((chore) => [chore, 0]));

  async function tick(): Promise<void> {
    if (!(await leader.isLeader())) return;
    for (const chore of chores) {
      if (stopping.signal.aborted || performance.now() < (due.get(chore) ?? 0)) continue;
      // Due again from its start, also when it failed: the next round tries it once more.
      due.set(chore, performance.now() + chore.everySeconds * 1000);
      await chore.run(stopping.signal).catch((error: unknown) => report(chore.name, error));
    }
  }

  function report(name: string, error: unknown): void {
    if (!stopping.signal.aborted)
      context.log.warn({ err: error, chore: name }, 'housekeeping failed and is tried again');
  }

  async function run(): Promise<void> {
    const pause = Math.min(1000, timing.reapSeconds * 1000);
    while (!stopping.signal.aborted) {
      await tick().catch((error: unknown) => report('leader', error));
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await leader.stop();
    },
  };
}
