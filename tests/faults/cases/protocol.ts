import type { Job } from '@casare/shared';
import { checkCluster } from '../checker/check-cluster.ts';
import type { Violation } from '../checker/invariants.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Answer } from '../harness/api.ts';
import { type Cluster, startCluster } from '../harness/cluster.ts';
import { expectThat, type Fault, type FaultOptions, type FaultResult } from '../harness/fault.ts';
import { createHandRobot, submitFor } from '../harness/hand.ts';

interface Found {
  readonly jobs: number;
  readonly violations: Violation[];
  readonly figures?: FaultResult['figures'];
}

/** A fault played by hand against one orchestrator. */
function byHand(
  about: Pick<Fault, 'name' | 'tier' | 'covers'>,
  play: (cluster: Cluster, options: FaultOptions) => Promise<Found>,
  leaseSeconds = 60,
): Fault {
  return {
    ...about,
    async run(options) {
      await using cluster = await startCluster({ seed: options.seed, leaseSeconds });
      const { jobs, violations, figures = {} } = await play(cluster, options);
      const checked = await checkCluster(cluster, []);
      return { kills: {}, labels: [], jobs, violations: [...violations, ...checked.violations], figures };
    },
  };
}

const urlOf = (cluster: Cluster) => `http://127.0.0.1:${cluster.orchestrators[0]?.port}`;
const codeOf = ({ body }: Answer) => (body['error'] as { code?: string } | undefined)?.code;

export const duplicates = byHand(
  { name: 'duplicated-ends', tier: 'every', covers: ['N5', 'R6', 'O2'] },
  async (cluster) => {
    const robot = await createHandRobot(cluster, urlOf(cluster), 'by hand');
    const violations: Violation[] = [];
    const total = 40;
    await submitFor(cluster, cluster.api, robot, total);
    const done = [];
    for (let i = 0; i < total; i++) {
      const job = await robot.claim();
      const answers = await Promise.all(Array.from({ length: 5 }, () => robot.report(job, 'complete')));
      const first = answers.filter(({ body }) => body['duplicate'] === false).length;
      violations.push(...expectThat(first === 1, `of five equal ends ${first} counted as the first`));
      violations.push(
        ...expectThat(
          answers.every(({ status }) => status === 200),
          'an equal end was refused',
        ),
      );
      done.push(job);
    }
    // Much later, and another end than the first.
    for (const job of done) {
      const again = await robot.report(job, 'complete');
      violations.push(...expectThat(again.body['duplicate'] === true, 'a late repeat is no duplicate'));
      const error = { code: 'HTTP_FAILED', message: 'no', retryable: true };
      const other = await robot.report(job, 'fail', { error });
      violations.push(...expectThat(other.status === 409, `another end was answered ${other.status}`));
    }
    return { jobs: total, violations };
  },
);

export const cancelRaces = byHand(
  { name: 'cancel-races-complete', tier: 'every', covers: ['T10'] },
  async (cluster, { seconds, seed }) => {
    const total = seconds === undefined ? 150 : 1000;
    const robot = await createHandRobot(cluster, urlOf(cluster), 'by hand');
    const violations: Violation[] = [];
    const won = { cancel: 0, complete: 0 };
    const random = cluster.random.fork(`races ${seed}`);
    for (let made = 0; made < total; made += 50) {
      await submitFor(cluster, cluster.api, robot, 50);
      for (let i = 0; i < 50; i++) {
        const job = await robot.claim();
        const cancelFirst = random.chance(0.5);
        const cancel = () => cluster.api.call<Job>('POST', `/jobs/${job.jobId}/cancel`);
        const complete = () => robot.report(job, 'complete');
        const [one, other] = await Promise.all(cancelFirst ? [cancel(), complete()] : [complete(), cancel()]);
        const [cancelled, completed] = (cancelFirst ? [one, other] : [other, one]) as [Answer, Answer];
        const now = await cluster.api.call<Job>('GET', `/jobs/${job.jobId}`);
        // A cancel of a running job asks its robot to stop; who had finished already has won.
        const isTrue =
          completed.status === 200 &&
          completed.body['state'] === 'completed' &&
          now.body.state === 'completed' &&
          (cancelled.status === 409 || (cancelled.status === 200 && cancelled.body['cancelRequested'] === true));
        violations.push(
          ...expectThat(
            isTrue,
            `complete was told ${completed.status} ${String(completed.body['state'])}, cancel ${cancelled.status}, the job is ${now.body.state}`,
          ),
        );
        won[cancelled.status === 200 ? 'cancel' : 'complete']++;
      }
    }
    return { jobs: total, violations, figures: { cancelAskedFirst: won.cancel, completeFirst: won.complete } };
  },
);

export const lateEnds = byHand(
  { name: 'late-ends', tier: 'every', covers: ['N6', 'N7', 'R10'] },
  async (cluster) => {
    const url = urlOf(cluster);
    const [slow, quick] = [await createHandRobot(cluster, url, 'slow'), await createHandRobot(cluster, url, 'quick')];
    const violations: Violation[] = [];
    const total = 20;
    await submitFor(cluster, cluster.api, slow, total);
    const held = [];
    for (let i = 0; i < total; i++) held.push(await slow.claim());
    const states = async () =>
      (await cluster.query<{ state: string }>("select state from jobs where state <> 'completed'")).map(
        ({ state }) => state,
      );
    await waitFor(async () => (await states()).every((state) => state === 'pending'), {
      until: 'the leases have run out',
      timeoutMs: 30_000,
    });
    // Nobody has claimed the first half: its old holder may still end it.
    for (const job of held.slice(0, total / 2)) {
      const late = await slow.report(job, 'complete');
      violations.push(...expectThat(late.status === 200, `unclaimed: a late end was answered ${late.status}`));
    }
    // The other half goes to somebody else: the old holder is refused in everything, whatever comes after.
    await cluster.query("update jobs set target_robot_id = null where state = 'pending'");
    for (const job of held.slice(total / 2)) {
      const taken = await quick.claim();
      const old = held.find(({ jobId }) => jobId === taken.jobId) ?? job;
      for (const what of ['progress', 'extend-lease', 'release']) {
        const refused = await slow.report(
          old,
          what,
          what === 'progress' || what === 'extend-lease' ? { lastStepSeq: undefined } : { reason: 'late' },
        );
        violations.push(
          ...expectThat(
            refused.status === 409 && codeOf(refused) === 'STALE_LEASE',
            `${what} under an old lease was answered ${refused.status} ${codeOf(refused)}`,
          ),
        );
      }
      const beat = await slow.beat([old]);
      violations.push(
        ...expectThat(beat.body.lost?.includes(old.jobId) === true, 'a heartbeat kept an old lease alive'),
      );
      const end = await quick.report(taken, 'complete', { output: { by: 'quick' } });
      violations.push(...expectThat(end.status === 200, `the new holder was refused (${end.status})`));
      const afterwards = await slow.report(old, 'complete', { output: { by: 'slow' } });
      violations.push(...expectThat(afterwards.status === 409, `after the end: ${afterwards.status}`));
    }
    const [row] = await cluster.query<{ n: number }>(
      "select count(*)::int as n from jobs where output->>'by' = 'quick'",
    );
    violations.push(...expectThat(row?.n === total / 2, `${row?.n} results of the new holder stand`));
    return { jobs: total, violations };
  },
  2,
);

export const reordered = byHand({ name: 'reordered-requests', tier: 'every', covers: ['N4'] }, async (cluster) => {
  const robot = await createHandRobot(cluster, urlOf(cluster), 'by hand');
  const violations: Violation[] = [];
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({
      seq: from + i,
      kind: 'finished',
      path: `step${from + i}`,
      nodeId: 'start',
      at: 1,
    }));
  const total = 10;
  await submitFor(cluster, cluster.api, robot, total);
  for (let i = 0; i < total; i++) {
    const job = await robot.claim();
    const send = (from: number, to: number) =>
      robot.report(job, 'progress', { lastStepSeq: undefined, steps: rows(from, to) });
    // The end overtakes the rows it stands on; later rows overtake earlier ones; earlier ones come once more at the end.
    const early = await robot.report(job, 'complete', { lastStepSeq: 4 });
    violations.push(
      ...expectThat(early.status === 409 && codeOf(early) === 'CONFLICT', `an end before its rows: ${early.status}`),
    );
    const gap = await send(3, 4);
    violations.push(...expectThat(gap.status === 409, `rows after a gap: ${gap.status}`));
    for (const [from, to] of [
      [1, 2],
      [1, 4],
      [2, 3],
      [1, 1],
    ] as const) {
      const sent = await send(from, to);
      violations.push(...expectThat(sent.status === 200, `rows ${from}–${to}: ${sent.status}`));
    }
    const [first, second] = await Promise.all([robot.beat([job]), robot.beat([job])]);
    violations.push(...expectThat(first.status === 200 && second.status === 200, 'a heartbeat was refused'));
    const end = await robot.report(job, 'complete', { lastStepSeq: 4 });
    violations.push(...expectThat(end.status === 200 && end.body['state'] === 'completed', `the end: ${end.status}`));
    const tooLate = await send(5, 5);
    violations.push(...expectThat(tooLate.status === 409, `rows after the end: ${tooLate.status}`));
  }
  return { jobs: total, violations };
});
