import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import type { Caller } from '../keys/verify.ts';
import type { Asked } from './claim.ts';
import { isAble, isDue, jobFacts, mayTake, robotFacts } from './rules.ts';

/**
 * One statement, so that a claim is whole or not at all: the jobs its claim key got before, or else the first free ones that
 * the robot may take and has room for, by the rules of rules.ts. Several robots that ask at once get the first free jobs in
 * the order in which they asked, as one after the other would; where one of them may not take what falls to it, nobody gets
 * anything and each asks alone. Always one row more for a robot that is known (the id is null in it; the first of them counts
 * the jobs picked).
 */
export function claimStatement({ timing }: Context, caller: Caller, asked: readonly Asked[]): Statement {
  return sql`
    with me as materialized (
      select a.*, sum(a.free) over (order by a.turn) as upto from (
        select me.*, case when me.again or not (${isAble}) then 0
            else greatest(0, least(me.n, me.max_concurrent_jobs - me.running)) end as free
        from (
          select q.turn, q.instance_id, q.key_id, q.claim_key, q.n, h.running, h.again, ${robotFacts}
          from unnest(${asked.map(({ instanceId }) => instanceId)}::uuid[], ${asked.map(({ keyId }) => keyId)}::uuid[],
              ${asked.map(({ claimKey }) => claimKey)}::uuid[], ${asked.map(({ n }) => n)}::int[])
            with ordinality as q (instance_id, key_id, claim_key, n, turn)
          join robots r on r.key_id = q.key_id and r.instance_id = q.instance_id and r.removed_at is null
          cross join lateral (
            select count(*)::int as running, coalesce(bool_or(claim_key = q.claim_key), false) as again
            from jobs where robot_id = r.id and state = 'running') h
        ) me
      ) a
    ), picked as materialized (
      select ${jobFacts} from jobs j
      where j.workspace_id = ${caller.workspaceId}::uuid and ${isDue}
        -- An aggregate, so that it stays a condition of the scan and never becomes a join that loses the order.
        and (select bool_or(me.free > 0 and ${mayTake}) from me)
      order by j.priority desc, j.id
      limit (select coalesce(sum(free), 0) from me)
      for update skip locked
    ), dealt as (
      select j.id, me.id as robot_id, me.instance_id, me.key_id, me.claim_key, ${mayTake} as fits
      from (select *, row_number() over () as place from picked) j
      join me on j.place > me.upto - me.free and j.place <= me.upto
    ), taken as (
      update jobs j set state = 'running', fence = nextval('job_fences'), attempt = attempt + 1,
        lease_until = clock_timestamp() + make_interval(secs => ${timing.leaseSeconds}),
        robot_id = dealt.robot_id, key_id = dealt.key_id, claim_key = dealt.claim_key,
        started_at = coalesce(started_at, clock_timestamp()), not_before = null, error = null
      from dealt where j.id = dealt.id and (select bool_and(fits) from dealt)
      returning j.id, j.fence, j.attempt, j.workflow_id, j.workflow_version, j.content_hash, j.input, j.sealed_input, j.timeout_ms,
        j.last_step_seq, j.last_log_seq, dealt.instance_id, j.workspace_id, j.robot_id, j.trace_parent
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'job.claimed', id from taken
    )
    select t.id, t.fence, t.attempt, t.workflow_id, t.workflow_version, t.content_hash, t.input::text as input,
      t.sealed_input, t.timeout_ms, t.last_step_seq, t.last_log_seq, ${timing.leaseSeconds}::float8 as held_seconds, false as again,
      t.instance_id, 0 as picked, t.robot_id, t.trace_parent
    from taken t
    union all
    select j.id, j.fence, j.attempt, j.workflow_id, j.workflow_version, j.content_hash, j.input::text, j.sealed_input, j.timeout_ms,
      j.last_step_seq, j.last_log_seq, extract(epoch from j.lease_until - clock_timestamp())::float8, true, me.instance_id, 0,
      j.robot_id, j.trace_parent
    from me join jobs j on j.robot_id = me.id and j.state = 'running' and j.claim_key = me.claim_key
    union all
    select null, null, null, null, null, null, null, null, null, null, null, null, null, instance_id,
      case when turn = (select min(turn) from me) then (select count(*)::int from picked) else 0 end, null, null
    from me`;
}
