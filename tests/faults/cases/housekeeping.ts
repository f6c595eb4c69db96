import { waitFor } from '../../support/wait-for.ts';
import { checkCluster } from '../checker/check-cluster.ts';
import { type Cluster, startCluster } from '../harness/cluster.ts';
import { expectThat, type Fault, KillCount } from '../harness/fault.ts';
import { createHandRobot, submitFor } from '../harness/hand.ts';

const OLD_JOBS = 1200;

/** Orchestrators that die while they clean up: leases that ran out, jobs that are given up, old rows. */
export const housekeepingKills: Fault = {
  name: 'housekeeping-kills',
  tier: 'every',
  covers: ['O3', 'O5'],
  async run({ seed }) {
    await using cluster = await startCluster({ seed, leaseSeconds: 2 });
    const kills = new KillCount();
    const [one] = cluster.orchestrators;
    if (!one) throw new Error('One orchestrator is needed.');
    const robot = await createHandRobot(cluster, `http://127.0.0.1:${one.port}`, 'by hand');
    await submitFor(cluster, cluster.api, robot, 3);
    const held = [await robot.claim(), await robot.claim(), await robot.claim()];
    // The third of them has cost two robots already.
    await cluster.query('update jobs set crashes = 2 where id = $1', [held[2]?.jobId]);
    await submitFor(cluster, cluster.api, robot, OLD_JOBS / 2);
    await submitFor(cluster, cluster.api, robot, OLD_JOBS / 2);
    await cluster.query(
      `update jobs set state = 'cancelled', finished_at = now() - interval '90 days' where state = 'pending'`,
    );
    for (const label of ['retention.batch', 'reap.sent', 'reap.committed', 'dead-letter.committed', 'end.committed']) {
      await one.kill();
      if (label === 'reap.committed') await letRunOut(cluster, held[2]?.jobId, 0);
      if (label === 'dead-letter.committed') await letRunOut(cluster, held[2]?.jobId, 2);
      const started = await one.start({ FAIL_AT: `${label}:1` }).catch(() => undefined);
      const process = started ?? one.process;
      if (label === 'end.committed') {
        await robot.beat([]);
        const job = await claimAgain(cluster, robot, held[0]?.jobId);
        void robot.report(job, 'release', { reason: 'on purpose' }).catch(() => undefined);
      }
      const exit = await (process?.exited ?? Promise.resolve(undefined));
      kills.add(
        'orchestrator',
        exit?.label ?? (one.lines.some((line) => line === `failpoint ${label}`) ? label : undefined),
      );
      await one.start();
    }
    const stateOf = async (id: string | undefined) =>
      (await cluster.query<{ state: string }>('select state from jobs where id = $1', [id]))[0]?.state;
    const settled = async () => {
      const states = await Promise.all(held.map(({ jobId }) => stateOf(jobId)));
      const [row] = await cluster.query<{ n: number }>(
        "select count(*)::int as n from jobs where finished_at < now() - interval '60 days'",
      );
      if (states.join() !== 'pending,pending,failed' || row?.n !== 0)
        throw new Error(`${states.join()}, ${row?.n} old ones left`);
      return true;
    };
    const cleaned = await waitFor(settled, { until: 'all is cleaned up', timeoutMs: 30_000 }).then(
      () => '',
      (error: Error) => error.message,
    );
    const { violations } = await checkCluster(cluster, []);
    return {
      kills: kills.kills,
      labels: kills.labels,
      jobs: OLD_JOBS + 3,
      violations: [...expectThat(cleaned === '', cleaned), ...violations],
      figures: {},
    };
  },
};

/** The job runs under a lease that is over; one that was given up first comes back as a person would bring it back. */
async function letRunOut(cluster: Cluster, jobId: string | undefined, crashes: number): Promise<void> {
  const noting = (type: string) =>
    `insert into events (tenant_id, workspace_id, type, subject_id) select tenant_id, workspace_id, '${type}', id from j`;
  await cluster.query(
    `with j as (
       update jobs set state = 'pending', dead_letter = false, finished_at = null, error = null
       where id = $1 and state = 'failed' returning tenant_id, workspace_id, id) ${noting('job.requeued')}`,
    [jobId],
  );
  await cluster.query(
    `with j as (
       update jobs set state = 'running', crashes = $2, lease_until = clock_timestamp() - interval '1 second'
       where id = $1 and state = 'pending' returning tenant_id, workspace_id, id) ${noting('job.claimed')}`,
    [jobId, crashes],
  );
}

async function claimAgain(
  cluster: Cluster,
  robot: Awaited<ReturnType<typeof createHandRobot>>,
  jobId: string | undefined,
) {
  await cluster.query("update jobs set priority = 20 where id = $1 and state = 'pending'", [jobId]);
  return robot.claim();
}
