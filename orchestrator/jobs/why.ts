import { AppError, type Why } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import type { JobFacts, RobotFacts, Verdict } from './rule-facts.ts';
import { firstBroken, holderOf, jobRules, robotFacts, rulesOfRobots } from './rules.ts';

interface JobRow extends JobFacts {
  rule: string | null;
  ahead: number;
}

interface RobotRow extends RobotFacts {
  rule: string | null;
}

/** Why a job is not running: the rule it breaks itself, and for each robot the first rule that keeps it from taking it. */
export async function explainJob(context: Context, caller: Caller, jobId: string): Promise<Why> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const job = await readJob(db, caller, jobId);
    const robots = (await readRobots(db, caller, jobId)).map((robot) => judge(job, robot));
    const own = jobRules.find(({ name }) => name === job.rule);
    const verdict = own ? own.say(job) : summary(job.ahead, robots);
    return { rule: own?.name ?? null, reason: verdict.detail, cure: verdict.cure, ahead: job.ahead, robots };
  });
}

function judge(job: JobFacts, robot: RobotRow): Why['robots'][number] {
  const broken = rulesOfRobots.find(({ name }) => name === robot.rule);
  const { detail, cure } = broken?.say({ job, robot }) ?? { detail: 'It may take the job.', cure: '' };
  return {
    robotId: robot.id,
    name: robot.name,
    eligible: broken === undefined,
    rule: broken?.name ?? 'eligible',
    detail,
    cure,
  };
}

function summary(ahead: number, robots: Why['robots']): Verdict {
  if (robots.length === 0)
    return {
      detail: 'There is no robot.',
      cure: 'Start one with a robot key of this workspace: casare robot start.',
    };
  if (!robots.some(({ eligible }) => eligible))
    return { detail: 'No robot can take it now; each one says why below.', cure: 'Do what one of them says.' };
  return ahead > 0
    ? {
        detail: `${ahead} jobs are before it in the queue.`,
        cure: 'Wait, start more robots, or give it a higher priority.',
      }
    : { detail: 'A robot can take it and will in a moment.', cure: '' };
}

async function readJob(db: Db, caller: Caller, jobId: string): Promise<JobRow> {
  const [row] = await db.query<JobRow>(sql`
    select j.state, j.not_before, j.deadline, j.pending_since, j.target_robot_id, j.target_group_id,
      j.required_capabilities, j.required_tags, j.environment, j.affinity, j.affinity_key,
      (select name from robots t where t.id = j.target_robot_id) as target_robot,
      (select name from robot_groups t where t.id = j.target_group_id) as target_group,
      o.id as holder_id, o.name as holder, ${firstBroken(jobRules)} as rule,
      coalesce((
        select json_agg(json_build_object('id', w.id, 'name', w.workflow_name, 'state', w.state) order by w.id)
        from job_dependencies d join jobs w on w.id = d.on_job_id where d.job_id = j.id and not d.met), '[]') as waits,
      (
        select count(*)::int from jobs b where b.workspace_id = j.workspace_id and b.state = 'pending' and b.waits_for = 0
          and (b.priority > j.priority or (b.priority = j.priority and b.id < j.id))
          and (b.not_before is null or b.not_before <= clock_timestamp())) as ahead
    from jobs j left join robots o on j.affinity is not null and o.id = ${holderOf}
    where j.id = ${jobId}::uuid and j.workspace_id = ${caller.workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  return row;
}

/** All of the workspace; of those that were taken out of the fleet only the one the job was given to. */
function readRobots(db: Db, caller: Caller, jobId: string): Promise<RobotRow[]> {
  return db.query<RobotRow>(sql`
    select me.id, me.name, me.state, me.last_heartbeat_at, me.blocked, me.capabilities, me.tags, me.environment, me.running,
      me.max_concurrent_jobs, ${firstBroken(rulesOfRobots)} as rule,
      array(select g.name from robot_groups g where g.id = any(me.group_ids) order by g.name) as groups,
      v.ends_at as reserved_until, v.what as reserved_for, x.until as rejected_until, x.reason as rejected_because
    from jobs j
    join lateral (
      select ${robotFacts}, r.name, r.removed_at, r.last_heartbeat_at,
        (select count(*)::int from jobs b where b.robot_id = r.id and b.state = 'running') as running,
        exists (
          select from api_keys k where (k.id = r.key_id or k.holder_id = r.key_id) and k.revoked_at is null
            and least(k.expires_at, k.ends_at) > clock_timestamp()) as key_is_good
      from robots r
      where r.workspace_id = ${caller.workspaceId}::uuid and (r.removed_at is null or r.id = j.target_robot_id)
    ) me on true
    left join lateral (
      select to_char(s.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ends_at, coalesce(
        'the workflow "' || (select name from workflows w where w.id = s.workflow_id) || '"',
        'the group "' || (select name from robot_groups g where g.id = s.group_id) || '"',
        'the reference "' || s.reference || '"') as what
      from robot_reservations s
      where s.robot_id = me.id and s.starts_at <= clock_timestamp() and s.ends_at > clock_timestamp()
      order by s.ends_at desc limit 1
    ) v on true
    left join lateral (
      select to_char(x.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until, x.reason
      from job_rejections x where x.job_id = j.id and x.robot_id = me.id
    ) x on true
    where j.id = ${jobId}::uuid
    order by me.name`);
}
