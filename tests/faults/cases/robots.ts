import { waitFor } from '../../support/wait-for.ts';
import { checkCluster } from '../checker/check-cluster.ts';
import { startCluster } from '../harness/cluster.ts';
import { expectThat, type Fault, KillCount } from '../harness/fault.ts';
import { createJobs } from '../harness/jobs.ts';
import { signalTree, underHarm } from '../harness/under-harm.ts';
import { flowNamed } from '../harness/workload.ts';

export const frozenRobot = underHarm(
  { name: 'frozen-robot', tier: 'nightly', covers: ['R10', 'R11', 'N6'] },
  { leaseSeconds: 4, maxJobs: 1 },
  async ({ cluster, jobs }) => {
    const [one, other] = cluster.robots;
    if (!one || !other) throw new Error('Two robots are needed.');
    await other.kill();
    cluster.ledger.delay(300);
    const rounds = 3;
    let refused = 0;
    for (let i = 0; i < rounds; i++) {
      const job = await jobs.submit(flowNamed('loop'));
      await waitFor(() => cluster.ledger.of(job.reference).length > 1, { until: 'it is under way', timeoutMs: 60_000 });
      const pids = [one.process?.pid, ...one.workers().map(({ pid }) => pid)];
      signalTree(pids, 'SIGSTOP');
      await other.start();
      await waitFor(async () => (await jobs.job(job)).robotName === other.name, {
        until: 'the other one has it',
        timeoutMs: 60_000,
      });
      const before = cluster.tap.length;
      signalTree(pids, 'SIGCONT');
      await waitFor(() => one.lines.some((line) => line.includes('lost the lease') && line.includes(job.id ?? '')), {
        until: 'the frozen one knows',
        timeoutMs: 60_000,
      });
      refused += cluster.tap.slice(before).filter(({ from, status }) => from === one.name && status === 409).length;
      await waitFor(async () => (await jobs.job(job)).state === 'completed', {
        until: 'it has ended',
        timeoutMs: 60_000,
      });
      await other.kill();
    }
    cluster.ledger.delay(0);
    await other.start();
    return { figures: { frozen: rounds, refused409: refused } };
  },
);

export const clonedRobot = underHarm(
  { name: 'cloned-robot', tier: 'nightly', covers: ['R12'] },
  { leaseSeconds: 4, robots: 1 },
  async ({ cluster, submit }) => {
    const [original] = cluster.robots;
    if (!original) throw new Error('One robot is needed.');
    // The same name, key and journals, on another machine as it were.
    const clone = await cluster.addRobot({ name: original.name, dataFolder: `${cluster.folder}/clone` });
    await submit(6);
    const starting = clone.start();
    await waitFor(() => clone.lines.some((line) => line.includes('Another process acts as the robot')), {
      until: 'the second one is refused',
      timeoutMs: 30_000,
    });
    await submit(4);
    // The place is free once the first one is gone; the clone knows nothing of its jobs, which come back by their leases.
    await original.kill();
    await starting;
    return {};
  },
);

export const poison: Fault = {
  name: 'poison-jobs',
  tier: 'nightly',
  covers: ['R17', 'T8', 'D21'],
  async run({ seed }) {
    await using cluster = await startCluster({ seed, leaseSeconds: 2, robots: 0, maxJobs: 1 });
    const kills = new KillCount();
    const jobs = await createJobs(cluster);
    const job = await jobs.submit(flowNamed('sequence'));
    // Each robot that takes it dies of it and never comes back, until the fleet gives it up.
    for (let i = 0; i < 3; i++) {
      const robot = await cluster.addRobot();
      const process = await robot.start({ FAIL_AT: 'intent.durable:1' });
      const exit = await process.exited;
      kills.add('robot', exit.label);
      await waitFor(async () => (await jobs.job(job)).state !== 'running', {
        until: 'the lease is taken',
        timeoutMs: 30_000,
      });
    }
    const dead = await jobs.job(job);
    const healthy = await cluster.addRobot();
    await healthy.start();
    const next = await jobs.submit(flowNamed('loop'));
    await waitFor(async () => (await jobs.job(next)).state === 'completed', { until: 'others run', timeoutMs: 60_000 });
    const violations = [
      ...expectThat(
        dead.state === 'failed' && dead.deadLetter && dead.attempt === 3,
        `it is ${dead.state} after ${dead.attempt} attempts`,
      ),
      ...expectThat(dead.error?.code === 'ROBOT_LOST', `its error is ${dead.error?.code}`),
    ];
    const checked = await checkCluster(cluster, [jobs]);
    return {
      kills: kills.kills,
      labels: kills.labels,
      jobs: 2,
      violations: [...violations, ...checked.violations],
      figures: { attempts: dead.attempt },
    };
  },
};

/** Both figures of the promise, with the timing of production: a lease of 60 s. */
export const recovery: Fault = {
  name: 'recovery-times',
  tier: 'nightly',
  covers: ['R2', 'R9', 'D18'],
  async run({ seed, log }) {
    await using cluster = await startCluster({ seed, leaseSeconds: 60, robots: 1, maxJobs: 1 });
    const kills = new KillCount();
    const jobs = await createJobs(cluster);
    const [robot] = cluster.robots;
    if (!robot) throw new Error('One robot is needed.');
    cluster.ledger.delay(400);
    const seconds = { resume: [] as number[], takeover: 0 };
    /** The job's next effect after this moment. */
    const nextEffect = async (reference: string, after: number, timeoutMs: number) => {
      await waitFor(() => cluster.ledger.of(reference).some(({ at }) => at > after), {
        until: 'it goes on',
        timeoutMs,
      });
      return ((cluster.ledger.of(reference).find(({ at }) => at > after)?.at ?? 0) - after) / 1000;
    };
    for (let i = 0; i < 5; i++) {
      const job = await jobs.submit(flowNamed('loop'));
      await waitFor(() => cluster.ledger.of(job.reference).length > 1, { until: 'it is under way', timeoutMs: 60_000 });
      await robot.kill();
      kills.add('robot', undefined);
      const startedAt = Date.now();
      const starting = robot.start();
      seconds.resume.push(await nextEffect(job.reference, startedAt, 60_000));
      await starting;
      await waitFor(async () => (await jobs.job(job)).state === 'completed', {
        until: 'it has ended',
        timeoutMs: 60_000,
      });
    }
    log(`the same robot goes on after ${seconds.resume.map((one) => one.toFixed(1)).join(', ')} s`);
    const last = await jobs.submit(flowNamed('loop'));
    await waitFor(() => cluster.ledger.of(last.reference).length > 1, { until: 'it is under way', timeoutMs: 60_000 });
    await robot.kill();
    kills.add('robot', undefined);
    const diedAt = Date.now();
    const other = await cluster.addRobot();
    await other.start();
    seconds.takeover = await nextEffect(last.reference, diedAt, 150_000);
    cluster.ledger.delay(0);
    await jobs.drain();
    const longest = Math.max(...seconds.resume);
    const checked = await checkCluster(cluster, [jobs]);
    return {
      kills: kills.kills,
      labels: [],
      jobs: jobs.submissions.length,
      violations: [
        ...expectThat(longest <= 5, `the same robot went on after ${longest} s, promised are 5`),
        ...expectThat(seconds.takeover <= 75, `another robot went on after ${seconds.takeover} s, promised are 75`),
        ...checked.violations,
      ],
      figures: {
        sameRobotSeconds: Math.round(longest * 10) / 10,
        anotherRobotSeconds: Math.round(seconds.takeover * 10) / 10,
      },
    };
  },
};
