import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import type { KillCount } from './fault.ts';
import type { HttpFaults } from './http-link.ts';
import type { Member, OrchestratorMember, RobotMember } from './members.ts';
import type { Exit } from './process.ts';
import type { Random } from './random.ts';
import type { Recovery } from './recovery.ts';

export interface NemesisOptions {
  readonly cluster: Cluster;
  readonly kills: KillCount;
  readonly recovery: Recovery;
  readonly robotLabels: readonly string[];
  readonly orchestratorLabels: readonly string[];
  /** Crashes of PostgreSQL, frozen robots, lost and doubled requests besides the kills. */
  readonly everything: boolean;
  log(line: string): void;
}

export interface Nemesis {
  /** Undoes all harm; what it does now is finished first. */
  stop(): Promise<void>;
}

/** Longest life of a process before it is killed at no particular moment. */
const LIFE_MS = { robot: 9000, orchestrator: 15_000 };

/** Does harm until it is stopped: what, and in which order, follows from the seed. */
export function startNemesis(options: NemesisOptions): Nemesis {
  const { cluster, log } = options;
  const stopping = new AbortController();
  const begun = performance.now();
  const note = (what: string) => log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  const { signal } = stopping;
  const others = options.everything
    ? [crashDatabase(cluster, note, signal), harmLinks(cluster, note, signal), killWorkers(options, note, signal)]
    : [];
  const orchestrators = cluster.orchestrators.map((one) => killOrchestrator(options, one, note, signal));
  const robots = cluster.robots.map((robot) => killRobot(options, robot, note, signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(others);
      for (const { link } of cluster.robots) {
        link.set({});
        link.isolate(false);
      }
      // Robots start only where an orchestrator answers, and that one only with its database.
      await cluster.postgres.start();
      await Promise.all(orchestrators);
      await Promise.all(cluster.orchestrators.map((one) => one.start()));
      await Promise.all(robots);
      await Promise.all(cluster.robots.map((one) => one.start()));
    },
  };
}

/** Where to die next: at a moment at which nobody has died yet, as long as there is one. */
function labelPlan(labels: readonly string[], kills: KillCount, random: Random): () => string {
  return () => {
    const left = labels.filter((label) => !kills.labels.includes(label));
    return left.length > 0 ? `${random.pick(left)}:1` : `${random.pick(labels)}:${random.int(1, 3)}`;
  };
}

async function killRobot(
  { cluster, kills, recovery, robotLabels, everything }: NemesisOptions,
  robot: RobotMember,
  note: (what: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const random = cluster.random.fork(`kills of ${robot.name}`);
  const nextPoint = labelPlan(robotLabels, kills, random);
  await robot.kill();
  while (!signal.aborted) {
    const point = nextPoint();
    recovery.starting(robot.name);
    const exit = await live(robot, point, LIFE_MS.robot * (0.4 + 0.6 * random.next()), signal, async () => {
      if (everything && random.chance(0.1)) await freeze(robot, random, note);
    });
    if (!exit) continue;
    recovery.died(
      robot.name,
      robot.workers().map(({ jobId }) => jobId),
    );
    if (exit.signal === 'SIGKILL') {
      kills.add('robot', exit.label);
      note(`kill ${robot.name} at ${exit.label === undefined ? 'any moment' : point}`);
    }
    // Sometimes it stays away for so long that others take its jobs.
    if (random.chance(0.06)) await pause(8000, signal);
  }
}

async function killOrchestrator(
  { cluster, kills, orchestratorLabels }: NemesisOptions,
  one: OrchestratorMember,
  note: (what: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const random = cluster.random.fork(`kills of ${one.name}`);
  const nextPoint = labelPlan(orchestratorLabels, kills, random);
  // At first they serve.
  await pause(3000 * random.next(), signal);
  await one.kill();
  while (!signal.aborted) {
    const point = nextPoint();
    const exit = await live(one, point, LIFE_MS.orchestrator * (0.4 + 0.6 * random.next()), signal);
    if (exit?.signal !== 'SIGKILL') continue;
    kills.add('orchestrator', exit.label);
    note(`kill ${one.name} at ${exit.label === undefined ? 'any moment' : point}`);
  }
}

/** From its start to its death, at the failpoint or when its time is over. */
async function live(
  member: Member,
  failAt: string,
  lifeMs: number,
  signal: AbortSignal,
  meanwhile?: () => Promise<void>,
): Promise<Exit | undefined> {
  const started = await member.start({ FAIL_AT: failAt }).catch(() => undefined);
  // It may reach its failpoint, or meet a dead database, before it is ready.
  const process = started ?? member.process;
  if (!process) return undefined;
  const over = new AbortController();
  const exit = await Promise.race([
    process.exited,
    (async () => {
      await meanwhile?.();
      await pause(lifeMs, AbortSignal.any([signal, over.signal]));
      return undefined;
    })(),
  ]);
  over.abort();
  return exit ?? (await member.kill());
}

/** The agent and its workers stand still past the lease, as in the suspend of a virtual machine. */
async function freeze(robot: RobotMember, random: Random, note: (what: string) => void): Promise<void> {
  const pids = [robot.process?.pid, ...robot.workers().map(({ pid }) => pid)].filter((pid) => pid !== undefined);
  const seconds = random.int(4, 14);
  note(`freeze ${robot.name} for ${seconds} s`);
  for (const pid of pids) signalIfThere(pid, 'SIGSTOP');
  await sleep(seconds * 1000);
  for (const pid of pids) signalIfThere(pid, 'SIGCONT');
}

async function killWorkers(
  { cluster, kills }: NemesisOptions,
  note: (what: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const random = cluster.random.fork('workers');
  while (!signal.aborted) {
    await pause(random.int(300, 2500), signal);
    const robot = random.pick(cluster.robots);
    const [worker] = robot.process ? robot.workers() : [];
    if (!worker || !signalIfThere(worker.pid, 'SIGKILL')) continue;
    kills.add('worker', undefined);
    note(`kill a worker of ${robot.name}`);
  }
}

async function crashDatabase(cluster: Cluster, note: (what: string) => void, signal: AbortSignal): Promise<void> {
  const random = cluster.random.fork('database');
  while (!signal.aborted) {
    await pause(random.int(12_000, 25_000), signal);
    if (signal.aborted) return;
    const how = random.pick(['immediate', 'kill'] as const);
    note(`crash PostgreSQL (${how})`);
    await cluster.postgres.crash(how);
    await cluster.postgres.start();
  }
}

async function harmLinks(cluster: Cluster, note: (what: string) => void, signal: AbortSignal): Promise<void> {
  const random = cluster.random.fork('links');
  while (!signal.aborted) {
    for (const robot of cluster.robots) {
      const kind = random.pick(['lost', 'answerLost', 'duplicated', 'replayed', 'held'] as const);
      const faults: HttpFaults = { [kind]: random.int(1, 4) / 10 };
      note(`${robot.name}: ${Math.round((faults[kind] ?? 0) * 100)} % of requests ${kind}`);
      robot.link.set(faults);
    }
    await pause(random.int(4000, 8000), signal);
    if (signal.aborted) return;
    const robot = random.pick(cluster.robots);
    if (random.chance(0.3)) {
      note(`isolate ${robot.name}`);
      robot.link.isolate(true);
      await pause(random.int(1000, 9000), signal);
      robot.link.isolate(false);
    }
  }
}

function signalIfThere(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
