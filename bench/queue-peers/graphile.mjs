// graphile-worker: one job a claim with 16 in flight, then with its local queue of 100. Usage: node graphile.mjs DATABASE_URL
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { print, rate } from './rate.mjs';

const connectionString = process.argv[2];
// A line for every job would be most of what is measured.
const logger = new Logger(() => () => {});
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const utils = await makeWorkerUtils({ connectionString, maxPoolSize: 16, logger });
await utils.migrate();
const many = Array.from({ length: 1000 }, () => ({ identifier: 'bench', payload: { n: 1 } }));
await rate('graphile-worker: enqueue, one a call, 16 connections', 16, async () => {
  await utils.addJob('bench', { n: 1 });
  return 1;
});
await rate('graphile-worker: enqueue, 1,000 a call', 2, async () => {
  await utils.addJobs(many);
  return 1000;
});

/** Jobs it has worked off in a second, from the first to the last of a filled queue. */
async function work(name, count, preset) {
  const values = [];
  for (let round = 0; round <= rounds; round++) {
    await utils.withPgClient((client) => client.query('delete from graphile_worker._private_jobs'));
    for (let i = 0; i < count; i += 1000) await utils.addJobs(many);
    let left = count;
    let done;
    const all = new Promise((resolve) => (done = resolve));
    const start = performance.now();
    const runner = await run({
      preset: { worker: { connectionString, maxPoolSize: 17, concurrentJobs: 16, ...preset } },
      noHandleSignals: true,
      logger,
      taskList: {
        bench: () => {
          if (--left === 0) done();
        },
      },
    });
    await all;
    if (round > 0) values.push(count / ((performance.now() - start) / 1000));
    await runner.stop();
  }
  print(name, values);
}
await work('graphile-worker: claim + complete, one at a time, 16 connections', 5000, {});
await work('graphile-worker: claim + complete, 100 at a time', 40_000, {
  localQueue: { size: 100 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
  concurrentJobs: 100,
});
await utils.release();
