import pg from 'pg';
import { startCluster } from '../harness/cluster.ts';
import { expectThat, type Fault } from '../harness/fault.ts';

/** Databases are made beside that of the cluster, in its server. */
const beside = (url: string, name: string) => url.replace(/\/[^/]+$/, `/${name}`);

export const migratingTogether: Fault = {
  name: 'five-migrate-at-once',
  tier: 'every',
  covers: ['O7'],
  async run({ seed }) {
    await using cluster = await startCluster({ seed, orchestrators: 5 });
    await Promise.all(cluster.orchestrators.map((one) => one.kill()));
    await cluster.query('create database together');
    const env = { DATABASE_URL: beside(cluster.postgres.url, 'together') };
    const started = await Promise.allSettled(cluster.orchestrators.map((one) => one.start(env)));
    const failed = started.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    const counts = await countsOf(env.DATABASE_URL);
    return {
      kills: {},
      labels: [],
      jobs: 0,
      violations: [
        ...failed.map((evidence) => ({ invariant: 'the fault itself', evidence })),
        ...expectThat(counts.twice === 0, `${counts.twice} migrations were applied twice`),
        ...expectThat(counts.tenants === 1, `${counts.tenants} first tenants`),
        ...expectThat(counts.migrations > 5, `${counts.migrations} migrations were applied`),
      ],
      figures: counts,
    };
  },
};

async function countsOf(url: string): Promise<{ migrations: number; twice: number; tenants: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ migrations: number; twice: number; tenants: number }>(
      `select (select count(*)::int from schema_versions) as migrations,
         (select count(*)::int from (select name from schema_versions group by name having count(*) > 1) t) as twice,
         (select count(*)::int from tenants) as tenants`,
    );
    return rows[0] ?? { migrations: 0, twice: 0, tenants: 0 };
  } finally {
    await client.end();
  }
}

export const wrongSchema: Fault = {
  name: 'wrong-schema-version',
  tier: 'every',
  covers: ['P10'],
  async run({ seed }) {
    await using cluster = await startCluster({ seed });
    const [one] = cluster.orchestrators;
    if (!one) throw new Error('One orchestrator is needed.');
    await one.kill();
    await cluster.query('create database empty');
    const tooOld = await refusal(one, { DATABASE_URL: beside(cluster.postgres.url, 'empty'), MIGRATE: 'false' });
    await cluster.query("insert into schema_versions (version, name) values (9999, 'of-tomorrow')");
    const tooNew = await refusal(one, {});
    await cluster.query('delete from schema_versions where version = 9999');
    await one.start();
    return {
      kills: {},
      labels: [],
      jobs: 0,
      violations: [
        ...expectThat(/CONFIG_INVALID|schema|migrat/i.test(tooOld), `on an empty database it says: ${tooOld}`),
        ...expectThat(/9999/.test(tooNew), `on a newer schema it says: ${tooNew}`),
      ],
      figures: {},
    };
  },
};

/** What it says when it does not start. */
async function refusal(
  one: Awaited<ReturnType<typeof startCluster>>['orchestrators'][number],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const said = await one.start(env).then(
    () => 'it started',
    (error: Error) => error.message,
  );
  await one.kill();
  return said;
}
