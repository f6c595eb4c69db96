// pg-boss with its defaults but for the pool: 16 connections, history kept. Usage: node pg-boss.mjs DATABASE_URL
import { PgBoss } from 'pg-boss';
import { rate } from './rate.mjs';

const boss = new PgBoss({ connectionString: process.argv[2], max: 16, supervise: false, schedule: false });
await boss.start();
await boss.createQueue('bench');
const data = { n: 1 };
const many = Array.from({ length: 1000 }, () => ({ data }));
await rate('pg-boss: enqueue, one a call, 16 connections', 16, async () => {
  await boss.send('bench', data);
  return 1;
});
await rate('pg-boss: enqueue, 1,000 a call', 2, async () => {
  await boss.insert('bench', many);
  return 1000;
});
const take = async (batchSize) => {
  const jobs = await boss.fetch('bench', { batchSize });
  if (jobs.length > 0)
    await boss.complete(
      'bench',
      jobs.map(({ id }) => id),
    );
  return jobs.length;
};
await rate('pg-boss: claim + complete, one at a time, 16 connections', 16, () => take(1));
for (let i = 0; i < 400; i++) await boss.insert('bench', many);
await rate('pg-boss: claim + complete, 100 at a time', 2, () => take(100));
await boss.stop({ graceful: false });
