import { AppError, hasEnded, type Job, type JobDependencies, type JobState } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Workspace } from '../keys/first-keys.ts';
import type { Caller } from '../keys/verify.ts';
import type { JobRequest } from './submit.ts';

interface Link {
  readonly job: string;
  readonly on: string;
  readonly condition: 'success' | 'end';
}

/**
 * What the new jobs wait for. They may wait only for jobs that exist already or stand before them, so there can be no cycle.
 * What they wait for is locked: it ends either before, and is seen here, or after, and tells them.
 */
export async function linkDependencies(
  db: Db,
  place: Workspace,
  requests: readonly JobRequest[],
  jobs: readonly Job[],
): Promise<void> {
  const links = requests.flatMap((request, i) => linksOf(request, i, jobs));
  if (links.length === 0) return;
  const states = await lockPredecessors(db, place, [...new Set(links.map(({ on }) => on))]);
  const met = links.map(({ on, condition }) => {
    const state = states.get(on);
    if (state === undefined) throw new AppError('NOT_FOUND', `There is no job ${on} to wait for.`);
    if (condition === 'success' && (state === 'failed' || state === 'cancelled'))
      throw new AppError('CONFLICT', `The job ${on} is ${state} already, so nothing can run after its success.`, {
        details: { jobId: on, state },
      });
    return state === 'completed' || (condition === 'end' && hasEnded(state));
  });
  const rows = await db.query<{ id: string; waits_for: number }>(sql`
    with link as (
      select * from unnest(${links.map(({ job }) => job)}::uuid[], ${links.map(({ on }) => on)}::uuid[],
        ${links.map(({ condition }) => condition)}::text[], ${met}::boolean[]) as l (job_id, on_job_id, condition, met)
    ), written as (
      insert into job_dependencies (job_id, on_job_id, condition, met) select * from link
    )
    update jobs set waits_for = open.n from (
      select job_id, count(*) filter (where not met)::int as n from link group by job_id) open
    where jobs.id = open.job_id returning id, waits_for`);
  for (const { id, waits_for } of rows) {
    const routing = jobs.find((job) => job.id === id)?.routing;
    if (routing) routing.waitsFor = waits_for;
  }
}

function linksOf({ after = [] }: JobRequest, place: number, jobs: readonly Job[]): Link[] {
  const links = new Map<string, Link>();
  for (const { jobId, index, on: condition } of after) {
    if (index !== undefined && index >= place)
      throw new AppError('VALIDATION', `Job ${place} may wait only for jobs before it, not for number ${index}.`, {
        details: { issues: [{ path: `body.jobs.${place}.after`, message: 'not a job before this one' }] },
      });
    const on = jobId ?? jobs[index ?? -1]?.id ?? '';
    // Named twice: the stricter one counts.
    if (links.get(on)?.condition !== 'success') links.set(on, { job: jobs[place]?.id ?? '', on, condition });
  }
  return [...links.values()];
}

async function lockPredecessors(db: Db, place: Workspace, ids: readonly string[]): Promise<Map<string, JobState>> {
  const rows = await db.query<{ id: string; state: JobState }>(sql`
    with locked as (
      select id from jobs where id = any(${ids}::uuid[]) and workspace_id = ${place.workspaceId}::uuid order by id for update
    )
    update jobs set has_dependents = true from locked where jobs.id = locked.id returning jobs.id, state`);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

interface NeighbourRow {
  side: 'waitsFor' | 'waiting';
  id: string;
  name: string;
  state: JobState;
  condition: 'success' | 'end';
  met: boolean;
}

/** What a job waits for, what waits for it, who started it and whom it started. */
export function listDependencies(context: Context, caller: Caller, jobId: string): Promise<JobDependencies> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [job] = await db.query<{ parent_job_id: string | null }>(sql`
      select parent_job_id from jobs where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
    if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
    const rows = await db.query<NeighbourRow>(sql`
      select 'waitsFor' as side, o.id, o.workflow_name as name, o.state, d.condition, d.met
      from job_dependencies d join jobs o on o.id = d.on_job_id where d.job_id = ${jobId}::uuid
      union all
      (select 'waiting', o.id, o.workflow_name, o.state, d.condition, d.met
      from job_dependencies d join jobs o on o.id = d.job_id where d.on_job_id = ${jobId}::uuid order by o.id limit 1000)`);
    const children = await db.query<{ id: string; name: string; state: JobState }>(sql`
      select id, workflow_name as name, state from jobs where parent_job_id = ${jobId}::uuid order by id limit 1000`);
    const side = (wanted: NeighbourRow['side']) =>
      rows
        .filter((row) => row.side === wanted)
        .map(({ id, name, state, condition, met }) => ({ jobId: id, workflowName: name, state, on: condition, met }));
    return {
      waitsFor: side('waitsFor'),
      waiting: side('waiting'),
      parentJobId: job.parent_job_id,
      children: children.map(({ id, name, state }) => ({ jobId: id, workflowName: name, state })),
    };
  });
}
