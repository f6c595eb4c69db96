import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../support/wait-for.ts';
import { checkCluster } from '../checker/check-cluster.ts';
import { startCluster } from '../harness/cluster.ts';
import { expectThat, type Fault } from '../harness/fault.ts';
import { createJobs } from '../harness/jobs.ts';
import { mountSmallDisk } from '../harness/small-disk.ts';
import { flowNamed } from '../harness/workload.ts';

/** A robot takes nothing while its disk is nearly full, and begins no effect whose intent it cannot write down. */
export const fullRobotDisk: Fault = {
  name: 'full-disk-of-a-robot',
  tier: 'nightly',
  covers: ['D1', 'D2'],
  async run({ seed, log }) {
    await using cluster = await startCluster({ seed, leaseSeconds: 6, robots: 0, maxJobs: 1 });
    const jobs = await createJobs(cluster);
    using disk = mountSmallDisk(join(cluster.folder, 'small'), 320);
    const robot = await cluster.addRobot({ dataFolder: join(disk.folder, 'data') });
    await robot.start();
    cluster.ledger.delay(250);
    const job = await jobs.submit(flowNamed('loop'));
    await waitFor(() => cluster.ledger.of(job.reference).length > 1, { until: 'it is under way', timeoutMs: 60_000 });
    disk.fill();
    const before = cluster.ledger.of(job.reference).length;
    // What was announced before may still happen; after that nothing.
    await waitFor(() => robot.lines.some((line) => /DISK_FULL|SQLITE_FULL|ENOSPC|disk|run over/i.test(line)), {
      until: 'the robot meets the full disk',
      timeoutMs: 30_000,
    }).catch((error: Error) => log(error.message));
    const during = cluster.ledger.of(job.reference).length;
    const waiting = await jobs.submit(flowNamed('sequence'));
    const isLeftAlone = (await jobs.job(waiting)).state;
    disk.free();
    if (!robot.process) await robot.start();
    cluster.ledger.delay(0);
    await jobs.drain();
    const checked = await checkCluster(cluster, [jobs]);
    return {
      kills: {},
      labels: [],
      jobs: 2,
      violations: [
        ...expectThat(during - before <= 2, `${during - before} effects began on a full disk`),
        ...expectThat(isLeftAlone === 'pending', `a job was taken on a full disk: ${isLeftAlone}`),
        ...checked.violations,
      ],
      figures: { effectsBefore: before, effectsOnFullDisk: during - before },
    };
  },
};

/** PostgreSQL without room: 503 and nothing acknowledged that is not there; it goes on when there is room again. */
export const fullDatabaseDisk: Fault = {
  name: 'full-disk-of-postgres',
  tier: 'nightly',
  covers: ['P7'],
  async run({ seed, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'casare-full-'));
    const disk = mountSmallDisk(folder, 220);
    try {
      await using cluster = await startCluster({
        seed,
        leaseSeconds: 20,
        robots: 1,
        postgresFolder: disk.folder,
        postgres: ['max_wal_size=64MB', 'min_wal_size=32MB', 'shared_buffers=16MB'],
      });
      const jobs = await createJobs(cluster);
      await jobs.submit(flowNamed('sequence'));
      disk.fill(6);
      const accepted: string[] = [];
      const refused: number[] = [];
      const published = await cluster.query<{ id: string }>('select id from workflows limit 1');
      const text = 'x'.repeat(200_000);
      for (let i = 0; i < 400 && refused.length < 5; i++) {
        const reference = `full-${i}`;
        const answer = await cluster.api.once<{ jobs: { id: string }[] }>('POST', '/jobs', {
          workflowId: published[0]?.id,
          reference,
          requiredTags: ['nobody has it'],
          // Does not compress well.
          input: {
            ledger: `${i}${text}`.replace(/x/g, () => String.fromCharCode(33 + Math.floor(cluster.random.next() * 90))),
            reference,
            secret: 's',
          },
        });
        if (answer?.status === 201) accepted.push(reference);
        else refused.push(answer?.status ?? 0);
      }
      log(`${accepted.length} accepted, then ${refused.join(', ')}`);
      disk.free();
      const recovered = await waitFor(
        async () => {
          const answer = await cluster.query<{ n: number }>('select 1 as n').catch(async () => {
            // It could not write its log and gave up: whoever runs it starts it again.
            await cluster.postgres.crash('immediate').catch(() => undefined);
            await cluster.postgres.start();
          });
          return answer !== undefined;
        },
        { until: 'the database is back', timeoutMs: 30_000 },
      );
      await jobs.submit(flowNamed('loop'));
      await jobs.drain();
      const kept = await cluster.query<{ reference: string }>(
        "select reference from jobs where reference like 'full-%'",
      );
      const lost = accepted.filter((reference) => !kept.some((row) => row.reference === reference));
      const checked = await checkCluster(cluster, [jobs]);
      return {
        kills: {},
        labels: [],
        jobs: accepted.length + 2,
        violations: [
          ...expectThat(recovered, 'the database did not come back'),
          ...expectThat(refused.length > 0, 'the disk was never full'),
          ...expectThat(
            refused.every((status) => status === 503 || status === 0),
            `refused with ${refused.join(', ')}`,
          ),
          ...expectThat(lost.length === 0, `accepted and gone: ${lost.join(', ')}`),
          ...checked.violations,
        ],
        figures: { accepted: accepted.length, refused: refused.length },
      };
    } finally {
      disk[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
