import type { whySchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { robotColumns, type RobotRow } from '../robots/robot-row.ts';
import { lockJob } from './cancel.ts';

type Why = z.output<typeof whySchema>;

interface Needs {
  target_robot_id: string | null;
  required_capabilities: string[];
  required_tags: string[];
  environment: string | null;
  ahead: number;
}

/** Why a job is not running: what it waits for, and for each robot the first rule that keeps it from taking it. */
export async function explainJob(context: Context, caller: Caller, jobId: string): Promise<Why> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const job = await lockJob(db, caller, jobId);
    const [needs] = await db.query<Needs>(sql`
      select target_robot_id, required_capabilities, required_tags, environment, (
        select count(*)::int from jobs o where o.workspace_id = j.workspace_id and o.state = 'pending'
          and (o.priority > j.priority or (o.priority = j.priority and o.id < j.id))
          and (o.not_before is null or o.not_before <= clock_timestamp())) as ahead
      from jobs j where id = ${jobId}::uuid`);
    const robots = await db.query<RobotRow>(sql`
      select ${robotColumns} from robots r
      where r.workspace_id = ${caller.workspaceId}::uuid and r.removed_at is null order by r.name`);
    const verdicts = robots.map((robot) => judge(robot, needs as Needs));
    return { reason: reasonOf(job, verdicts, needs?.ahead ?? 0), robots: verdicts };
  });
}

function reasonOf(job: { state: string; not_before: Date | null }, verdicts: Why['robots'], ahead: number): string {
  if (job.state !== 'pending') return `The job is not pending, it is ${job.state}.`;
  if (job.not_before && job.not_before > new Date()) return `It must not start before ${job.not_before.toISOString()}.`;
  if (verdicts.length === 0) return 'There is no robot. Start one with a robot key of this workspace.';
  if (!verdicts.some((verdict) => verdict.eligible)) return 'No robot can take it now; each one says why below.';
  return ahead > 0 ? `${ahead} jobs are before it in the queue.` : 'A robot can take it and will in a moment.';
}

function judge(robot: RobotRow, needs: Needs): Why['robots'][number] {
  const excluded = firstRule(robot, needs);
  return {
    robotId: robot.id,
    name: robot.name,
    eligible: excluded === undefined,
    rule: excluded?.rule ?? 'eligible',
    detail: excluded?.detail ?? 'It may take the job.',
  };
}

function firstRule(robot: RobotRow, needs: Needs): { rule: string; detail: string } | undefined {
  const missing = (wanted: readonly string[], offered: readonly string[]) =>
    wanted.filter((tag) => !offered.includes(tag));
  const capabilities = missing(needs.required_capabilities, robot.capabilities);
  const tags = missing(needs.required_tags, robot.tags);
  if (needs.target_robot_id !== null && needs.target_robot_id !== robot.id)
    return { rule: 'target', detail: 'The job was given to another robot.' };
  if (capabilities.length > 0)
    return { rule: 'capabilities', detail: `It does not offer: ${capabilities.join(', ')}.` };
  if (tags.length > 0) return { rule: 'tags', detail: `It does not carry the tags: ${tags.join(', ')}.` };
  if (needs.environment !== null && needs.environment !== robot.environment)
    return {
      rule: 'environment',
      detail: `The job runs in "${needs.environment}", the robot in "${robot.environment ?? 'none'}".`,
    };
  if (robot.state === 'offline') return { rule: 'offline', detail: 'It is offline.' };
  if (robot.state !== 'idle' && robot.state !== 'busy' && robot.state !== 'starting')
    return { rule: 'state', detail: `It takes no jobs now: it is ${robot.state}.` };
  if (robot.running_jobs >= robot.max_concurrent_jobs)
    return {
      rule: 'concurrency',
      detail: `It runs ${robot.running_jobs} of at most ${robot.max_concurrent_jobs} jobs.`,
    };
  return undefined;
}
