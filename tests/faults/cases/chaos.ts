import { setTimeout as sleep } from 'node:timers/promises';
import { ORCHESTRATOR_FAILPOINTS } from '../../../orchestrator/failpoint.ts';
import { ROBOT_FAILPOINTS } from '../../../robot/failpoint.ts';
import { checkCluster } from '../checker/check-cluster.ts';
import { staleAccepted } from '../checker/invariants.ts';
import { startCluster } from '../harness/cluster.ts';
import { type Fault, type FaultOptions, type FaultResult, KillCount } from '../harness/fault.ts';
import { addForeignJobs, countForeignUntouched } from '../harness/foreign.ts';
import { createJobs } from '../harness/jobs.ts';
import { startNemesis } from '../harness/nemesis.ts';
import { createRecovery } from '../harness/recovery.ts';
import { workload } from '../harness/workload.ts';

/** Those that come up by themselves; the rest needs what only `housekeeping-kills` does. */
const HOUSEKEEPING = ['reap.sent', 'reap.committed', 'dead-letter.committed', 'retention.batch', 'end.committed'];

interface ChaosOptions {
  readonly orchestrators: number;
  readonly robots: number;
  readonly seconds: number;
  readonly everything: boolean;
  readonly leaseSeconds?: number;
  /** Goes on until every failpoint was reached, at most so many seconds. */
  readonly untilAllLabels?: number;
}

/** Jobs under a fleet whose processes die again and again; afterwards everything has to be as if they had not. */
async function runChaos(options: ChaosOptions, { seed, log }: FaultOptions): Promise<FaultResult> {
  const recovery = createRecovery();
  const lines: string[] = [];
  await using cluster = await startCluster({
    seed,
    orchestrators: options.orchestrators,
    robots: options.robots,
    leaseSeconds: options.leaseSeconds ?? 8,
    onLine(who, line) {
      recovery.heard(who, line);
      if (line.includes('canary')) lines.push(line);
    },
  });
  const random = cluster.random.fork('workload');
  const jobs = await createJobs(cluster);
  const foreign = await addForeignJobs(cluster);
  const kills = new KillCount();
  const orchestratorLabels = ORCHESTRATOR_FAILPOINTS.filter((label) => !HOUSEKEEPING.includes(label));
  const nemesis = startNemesis({
    cluster,
    kills,
    recovery,
    robotLabels: ROBOT_FAILPOINTS,
    orchestratorLabels,
    everything: options.everything,
    log,
  });
  const begun = performance.now();
  const wanted = [...ROBOT_FAILPOINTS, ...orchestratorLabels];
  const isOver = () => {
    const seconds = (performance.now() - begun) / 1000;
    const complete = wanted.every((label) => kills.labels.includes(label));
    return seconds > options.seconds && (complete || seconds > (options.untilAllLabels ?? 0));
  };
  try {
    while (!isOver()) {
      await jobs.submit(random.pick(workload));
      const open = async () =>
        (
          await cluster.query<{ n: number }>(
            "select count(*)::int as n from jobs where state in ('pending', 'running')",
          )
        )[0]?.n ?? 0;
      // As many wait as the robots can soon take, and retries do not wait for minutes.
      while (!isOver() && (await open().catch(() => 99)) > 6 + 2 * options.robots) await sleep(100);
      await cluster
        .query("update jobs set not_before = null where state = 'pending' and not_before > now()")
        .catch(() => undefined);
    }
  } finally {
    await nemesis.stop();
  }
  const seconds = (performance.now() - begun) / 1000;
  log(`faults over after ${seconds.toFixed(0)} s and ${kills.total} kills, waiting for the rest`);
  const drained = await jobs.drain({ timeoutMs: 180_000 });
  await Promise.all(cluster.robots.map((robot) => robot.link.settled()));
  const { violations, facts } = await checkCluster(cluster, [jobs], lines);
  const untouched = await countForeignUntouched(cluster, foreign);
  const missed = wanted.filter((label) => !kills.labels.includes(label));
  return {
    kills: kills.kills,
    jobs: jobs.submissions.length,
    labels: kills.labels,
    violations: [
      ...violations,
      ...(untouched === foreign.jobs ? [] : [{ invariant: 'I8', evidence: 'a robot touched jobs of another tenant' }]),
      ...(options.untilAllLabels === undefined
        ? []
        : missed.map((label) => ({ invariant: 'failpoints', evidence: `${label} was never reached` }))),
    ],
    figures: {
      seconds: Math.round(seconds),
      killsPerMinute: Math.round((kills.total / seconds) * 60),
      staleAccepted: staleAccepted(facts).length,
      parked: drained.parked,
      deadLettersRevived: drained.revived,
      drainSeconds: round(drained.ms / 1000),
      longestSameRobotSeconds: round(recovery.longest.sameRobot),
      longestAnotherRobotSeconds: round(recovery.longest.anotherRobot),
      effects: facts.effects.length,
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export const chaos: Fault = {
  name: 'chaos',
  tier: 'nightly',
  covers: ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R9', 'N1', 'N5', 'N6', 'N8', 'O1', 'O2', 'P1', 'N11'],
  run: (options) =>
    runChaos({ orchestrators: 2, robots: 3, seconds: options.seconds ?? 240, everything: true }, options),
};

export const kills: Fault = {
  name: 'kills',
  tier: 'every',
  covers: ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'O1', 'O2', 'O4'],
  run: (options) =>
    runChaos(
      { orchestrators: 2, robots: 2, seconds: options.seconds ?? 15, everything: false, untilAllLabels: 150 },
      options,
    ),
};

export const fiveOrchestrators: Fault = {
  name: 'kills-of-five-orchestrators',
  tier: 'nightly',
  covers: ['O1', 'O2', 'O4'],
  run: (options) =>
    runChaos({ orchestrators: 5, robots: 2, seconds: options.seconds ?? 90, everything: false }, options),
};
