import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { createLeaderLock } from '../db/leader-lock.ts';
import { sealEntries } from '../audit/seal-entries.ts';
import { expireLeases } from './expire-leases.ts';
import { expireQueueItems } from './expire-queue-items.ts';
import { expireTasks } from './expire-tasks.ts';
import { markLostRobots } from './lost-robots.ts';
import { failMissedDeadlines } from './missed-deadlines.ts';
import { expireCommands, pruneArtifacts, pruneRobotReports } from './robot-chores.ts';
import { rollUpJobs } from '../metrics/roll-up.ts';
import { pruneOldRows } from './prune.ts';
import { createTriggerRunner } from '../triggers/runner.ts';
import { rewrapAll } from '../vault/rewrap-all.ts';
import { sampleQueues } from './sample-queues.ts';
import { findStuckJobs } from './stuck-jobs.ts';

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
  const prune = (signal: AbortSignal) =>
    pruneOldRows(database, retentionDays, signal, () => context.failpoint.reach('retention.batch'));
  const triggers = createTriggerRunner(context);
  const chores: Chore[] = [
    { name: 'expire leases', everySeconds: timing.reapSeconds, run: () => expireLeases(context) },
    { name: 'expire tasks', everySeconds: timing.reapSeconds, run: () => expireTasks(context) },
    { name: 'expire queue items', everySeconds: timing.reapSeconds, run: () => expireQueueItems(context) },
    { name: 'missed deadlines', everySeconds: timing.reapSeconds, run: () => failMissedDeadlines(context) },
    { name: 'stuck jobs', everySeconds: timing.reapSeconds * 2, run: () => findStuckJobs(context) },
    { name: 'lost robots', everySeconds: timing.reapSeconds, run: () => markLostRobots(context) },
    { name: 'seal audit', everySeconds: 1, run: (signal) => sealEntries(context, signal) },
    { name: 'rewrap secrets', everySeconds: 60, run: (signal) => rewrapAll(context, signal) },
    { name: 'expire commands', everySeconds: timing.reapSeconds, run: () => expireCommands(context) },
    { name: 'prune artifacts', everySeconds: 600, run: (signal) => pruneArtifacts(context, signal) },
    { name: 'prune robot reports', everySeconds: 3600, run: (signal) => pruneRobotReports(context, signal) },
    { name: 'triggers', everySeconds: Math.min(1, timing.reapSeconds), run: () => triggers.tick() },
    { name: 'roll up jobs', everySeconds: timing.reapSeconds, run: (signal) => rollUpJobs(context, signal) },
    { name: 'sample queues', everySeconds: 60, run: () => sampleQueues(database) },
    { name: 'prune', everySeconds: 3600, run: prune },
  ];
  const stopping = new AbortController();
  const leader = createLeaderLock(url, leaderLock);
  const due = new Map<Chore, number>(chores.map((chore) => [chore, 0]));
  const atWork = new Map<Chore, Promise<void>>();

  async function tick(): Promise<void> {
    const leads = await leader.isLeader();
    context.counters.leading.set(Number(leads));
    if (!leads) return;
    for (const chore of chores) {
      if (stopping.signal.aborted || atWork.has(chore) || performance.now() < (due.get(chore) ?? 0)) continue;
      // Due again from its start, also when it failed: the next round tries it once more.
      due.set(chore, performance.now() + chore.everySeconds * 1000);
      // None waits for another one: leases must be looked at however much there is to prune.
      atWork.set(
        chore,
        doChore(chore).finally(() => atWork.delete(chore)),
      );
    }
  }

  async function doChore(chore: Chore): Promise<void> {
    const stopTimer = context.counters.housekeeping.startTimer({ chore: chore.name });
    await chore.run(stopping.signal).catch((error: unknown) => report(chore.name, error));
    stopTimer();
  }

  function report(name: string, error: unknown): void {
    if (stopping.signal.aborted) return;
    context.counters.housekeepingFailures.inc({ chore: name });
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
      await Promise.all(atWork.values());
      await triggers.stop();
      await leader.stop();
    },
  };
}
