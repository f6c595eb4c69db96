import type { Analytics, analyticsQuerySchema, Times } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { type Bucket, timesOf } from './histogram.ts';

interface CountsRow {
  completed: number;
  failed: number;
  cancelled: number;
  retried: number;
  healed: number;
}
interface SeriesRow extends CountsRow {
  start: Date;
}
interface WorkflowRow extends CountsRow {
  workflow_id: string;
  name: string | null;
  manual_minutes: number | null;
}
interface TimesRow extends Bucket {
  key: string;
  kind: 'duration' | 'waiting';
}

const mostWorkflows = 100;

/** What jobs came to over some days; from the roll-ups, so also of jobs that are deleted already. */
export function readAnalytics(
  { database }: Context,
  { tenantId, workspaceId }: Caller,
  { days, ...query }: z.output<typeof analyticsQuerySchema>,
): Promise<Analytics> {
  const workflowId = query.workflowId ?? null;
  const grain = days <= 2 ? 'hour' : 'day';
  return inTenant(database.pool, tenantId, async (db) => {
    const [range] = await db.query<{ since: Date; until: Date }>(sql`
      select date_trunc(${grain}::text, clock_timestamp()) - make_interval(days => ${days}::int) +
        ('1 ' || ${grain}::text)::interval as since, clock_timestamp() as until`);
    const { since, until } = range as { since: Date; until: Date };
    const rows = sql`workspace_id = ${workspaceId}::uuid and grain = ${grain}::text and start >= ${since}::timestamptz
      and (${workflowId}::uuid is null or workflow_id = ${workflowId}::uuid)`;
    const sums = sql`sum(completed)::int as completed, sum(failed)::int as failed, sum(cancelled)::int as cancelled,
      sum(retried)::int as retried, sum(healed)::int as healed`;
    const series = await db.query<SeriesRow>(sql`
      select s as start, coalesce(c.completed, 0) as completed, coalesce(c.failed, 0) as failed, coalesce(c.cancelled, 0) as cancelled,
        coalesce(c.retried, 0) as retried, coalesce(c.healed, 0) as healed
      from generate_series(${since}::timestamptz, ${until}::timestamptz, ('1 ' || ${grain}::text)::interval) s
        left join (select start, ${sums} from analytics_counts where ${rows} group by start) c on c.start = s
      order by s`);
    const workflows = await db.query<WorkflowRow>(sql`
      select c.*, w.name, w.manual_minutes
      from (select workflow_id, ${sums} from analytics_counts where ${rows} group by workflow_id) c
        left join workflows w on w.id = c.workflow_id
      order by c.completed + c.failed + c.cancelled desc, c.workflow_id`);
    const byStart = await db.query<TimesRow>(sql`
      select start::text as key, kind, bucket::int as bucket, sum(n)::int as n from analytics_times where ${rows} group by 1, 2, 3`);
    const byWorkflow = await db.query<TimesRow>(sql`
      select workflow_id::text as key, kind, bucket::int as bucket, sum(n)::int as n from analytics_times where ${rows}
      group by 1, 2, 3`);
    const errors = await db.query<{ code: string; count: number; workflows: number }>(sql`
      select code, sum(n)::int as count, count(distinct workflow_id)::int as workflows from analytics_errors
      where ${rows} group by code order by 2 desc, 1 limit 100`);
    const startTimes = grouped(byStart.map((row) => ({ ...row, key: new Date(row.key).toISOString() })));
    const workflowTimes = grouped(byWorkflow);
    const saved = (row: WorkflowRow) =>
      row.manual_minutes === null ? null : (row.completed * row.manual_minutes) / 60;
    const savings = workflows.map(saved).filter((hours) => hours !== null);
    return {
      from: since.toISOString(),
      to: until.toISOString(),
      grain,
      totals: {
        ...countsOf(sumOf(series)),
        duration: timesOf(byStart.filter(({ kind }) => kind === 'duration').map(sameBucket)),
        waiting: timesOf(byStart.filter(({ kind }) => kind === 'waiting').map(sameBucket)),
        hoursSaved: savings.length === 0 ? null : tenths(savings.reduce((sum, hours) => sum + hours, 0)),
      },
      series: series.map(({ start, completed, failed, cancelled }) => ({
        start: start.toISOString(),
        completed,
        failed,
        cancelled,
        ...timesFor(startTimes, start.toISOString()),
      })),
      workflows: workflows.slice(0, mostWorkflows).map((row) => {
        const hours = saved(row);
        return {
          workflowId: row.workflow_id,
          name: row.name ?? 'deleted',
          manualMinutes: row.manual_minutes,
          ...countsOf(row),
          ...timesFor(workflowTimes, row.workflow_id),
          hoursSaved: hours === null ? null : tenths(hours),
        };
      }),
      errors,
    };
  });
}

const sameBucket = ({ bucket, n }: TimesRow): Bucket => ({ bucket, n });

export function successRateOf({ completed, failed }: Pick<CountsRow, 'completed' | 'failed'>): number | null {
  return completed + failed === 0 ? null : completed / (completed + failed);
}

function countsOf({ completed, failed, cancelled, retried, healed }: CountsRow) {
  return { completed, failed, cancelled, retried, healed, successRate: successRateOf({ completed, failed }) };
}

function sumOf(rows: readonly CountsRow[]): CountsRow {
  const sum = { completed: 0, failed: 0, cancelled: 0, retried: 0, healed: 0 };
  for (const row of rows) for (const name of Object.keys(sum) as (keyof CountsRow)[]) sum[name] += row[name];
  return sum;
}

type Grouped = Map<string, { duration: Bucket[]; waiting: Bucket[] }>;

function grouped(rows: readonly TimesRow[]): Grouped {
  const groups: Grouped = new Map();
  for (const row of rows) {
    const group = groups.get(row.key) ?? { duration: [], waiting: [] };
    group[row.kind].push(sameBucket(row));
    groups.set(row.key, group);
  }
  return groups;
}

function timesFor(groups: Grouped, key: string): { duration: Times; waiting: Times } {
  const { duration, waiting } = groups.get(key) ?? { duration: [], waiting: [] };
  return { duration: timesOf(duration), waiting: timesOf(waiting) };
}

function tenths(n: number): number {
  return Math.round(n * 10) / 10;
}
