import { checkCluster } from '../checker/check-cluster.ts';
import { staleAccepted, type Violation } from '../checker/invariants.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
import { type Fault, type FaultOptions, type FaultResult, KillCount } from './fault.ts';
import { createJobs, type Jobs, type Submission } from './jobs.ts';
import { workload } from './workload.ts';

export interface Scene {
  readonly cluster: Cluster;
  readonly jobs: Jobs;
  readonly kills: KillCount;
  readonly options: FaultOptions;
  /** As many jobs as asked for, of all kinds. */
  submit(count: number): Promise<Submission[]>;
  /** Of all jobs so far. */
  completed(): Promise<number>;
}

export interface Played {
  readonly violations?: readonly Violation[];
  readonly figures?: FaultResult['figures'];
}

/** A fault in the middle of real work: play does the harm and undoes it; then every job has to end, and all invariants to hold. */
export function underHarm(
  about: Pick<Fault, 'name' | 'tier' | 'covers'>,
  clusterOptions: ClusterOptions,
  play: (scene: Scene) => Promise<Played>,
): Fault {
  return {
    ...about,
    async run(options) {
      await using cluster = await startCluster({ seed: options.seed, robots: 2, ...clusterOptions });
      const kills = new KillCount();
      const jobs = await createJobs(cluster);
      const { violations = [], figures = {} } = await play({
        cluster,
        jobs,
        kills,
        options,
        async submit(count) {
          const made: Submission[] = [];
          for (let i = 0; i < count; i++) {
            const flow = workload[jobs.submissions.length % workload.length];
            if (flow) made.push(await jobs.submit(flow));
          }
          return made;
        },
        async completed() {
          const [row] = await cluster.query<{ n: number }>(
            "select count(*)::int as n from jobs where state = 'completed'",
          );
          return row?.n ?? 0;
        },
      });
      const drained = await jobs.drain();
      await Promise.all(cluster.robots.map((robot) => robot.link.settled()));
      const { violations: found, facts } = await checkCluster(cluster, [jobs]);
      return {
        kills: kills.kills,
        labels: kills.labels,
        jobs: jobs.submissions.length,
        violations: [...violations, ...found],
        figures: {
          ...figures,
          staleAccepted: staleAccepted(facts).length,
          parked: drained.parked,
          deadLettersRevived: drained.revived,
          drainSeconds: Math.round(drained.ms / 100) / 10,
        },
      };
    },
  };
}

/** Stops and wakes a robot with its workers. */
export function signalTree(pids: readonly (number | undefined)[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      if (pid !== undefined) process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}
