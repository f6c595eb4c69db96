import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { holderOf, isAble, isDue, mayTake, robotFacts } from './rules.ts';
import type { RankClaims } from './waiting-claims.ts';

/** Jobs at the head of the queue that are looked at; more robots than that are woken in any order. */
const mostJobs = 20;

interface ScoreRow {
  instance_id: string;
  score: number | null;
}

/**
 * The robots that suit the next jobs best come first; those that may take none of them are left out. Of a robot: −50 above 80 % of its
 * CPU, −25 above 60 %; of the robot and a job: +20 for each tag the job prefers, +100 when it has the state of the job.
 */
export function rankClaims({ system }: Pick<Database, 'system'>): RankClaims {
  return async (workspaceId, waiting, jobs) => {
    const rows = await oneAcrossTenants<ScoreRow>(
      system,
      sql`
        with me as materialized (
          select q.instance_id, ${robotFacts}, r.cpu_percent,
            (select count(*)::int from jobs b where b.tenant_id = r.tenant_id and b.robot_id = r.id and b.state = 'running') as running
          from unnest(${waiting.map(({ keyId }) => keyId)}::uuid[], ${waiting.map(({ instanceId }) => instanceId)}::uuid[])
            as q (key_id, instance_id)
          join workspaces w on w.id = ${workspaceId}::uuid
          join robots r on r.tenant_id = w.tenant_id and r.key_id = q.key_id and r.instance_id = q.instance_id
        ), next as materialized (
          select j.*, ${holderOf} as holder_id from jobs j join workspaces w on w.tenant_id = j.tenant_id
          where w.id = ${workspaceId}::uuid and j.workspace_id = ${workspaceId}::uuid and ${isDue}
            and exists (select from me where (${isAble}) and ${mayTake})
          order by j.priority desc, j.id limit ${Math.min(jobs, mostJobs)}::int
        )
        select me.instance_id, max(
          case when me.cpu_percent > 80 then -50 when me.cpu_percent > 60 then -25 else 0 end
          + case when j.holder_id = me.id then 100 else 0 end
          + 20 * (select count(*) from unnest(j.preferred_tags) as t (tag) where t.tag = any(me.tags)))::int as score
        from me join next j on (${isAble}) and ${mayTake}
        group by me.instance_id`,
    );
    const scores = new Map(rows.map(({ instance_id, score }) => [instance_id, score]));
    const able = waiting.flatMap((claim) => {
      const score = scores.get(claim.instanceId) ?? null;
      return score === null ? [] : [{ claim, score }];
    });
    // Who has waited longest comes first among equals.
    return able.toSorted((a, b) => b.score - a.score).map(({ claim }) => claim);
  };
}
