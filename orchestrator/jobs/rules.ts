import { sql, type Statement } from '../db/sql.ts';
import type { JobFacts, PairFacts, Verdict } from './rule-facts.ts';
import * as say from './rule-sentences.ts';

/**
 * A rule of routing. The claim and `why` are both made from this list: a job is claimed exactly when every condition holds,
 * and `why` names the first one that does not. Functions are those of migrations/0008-routing.sql.
 */
interface RuleOf<Name extends string, Facts> {
  readonly name: Name;
  /** SQL over the job `j` and the robot `me`; anything but true keeps the job from the robot. */
  readonly holds: Statement;
  readonly say: (facts: Facts) => Verdict;
}

/** Of the job alone. */
export const jobRules: readonly RuleOf<string, JobFacts>[] = [
  { name: 'state', holds: sql`j.state = 'pending'`, say: say.state },
  { name: 'dependencies', holds: sql`j.waits_for = 0`, say: say.dependencies },
  { name: 'not-before', holds: sql`j.not_before is null or j.not_before <= clock_timestamp()`, say: say.notBefore },
  {
    name: 'deadline',
    holds: sql`j.deadline is null or j.attempt > 0 or j.deadline > clock_timestamp()`,
    say: say.deadline,
  },
];

/** Checked before a claim comes to the queue: whoever breaks them is refused as a whole (UNAUTHENTICATED, NOT_FOUND). */
const callerRules: readonly RuleOf<string, PairFacts>[] = [
  { name: 'removed', holds: sql`me.removed_at is null`, say: say.removed },
  { name: 'key', holds: sql`me.key_is_good`, say: say.key },
];

/** The robot that has the state or the session a job belongs to, if any. */
export const holderOf = sql`affinity_holder(j.tenant_id, j.workspace_id, j.affinity, j.affinity_key)`;

/** Of the job and the robot together. */
const pairRules: readonly RuleOf<string, PairFacts>[] = [
  { name: 'workspace', holds: sql`j.workspace_id = me.workspace_id`, say: say.workspace },
  { name: 'target', holds: sql`j.target_robot_id is null or j.target_robot_id = me.id`, say: say.target },
  { name: 'group', holds: sql`j.target_group_id is null or j.target_group_id = any(me.group_ids)`, say: say.group },
  { name: 'capabilities', holds: sql`j.required_capabilities <@ me.capabilities`, say: say.capabilities },
  { name: 'tags', holds: sql`j.required_tags <@ me.tags`, say: say.tags },
  { name: 'environment', holds: sql`j.environment is null or j.environment = me.environment`, say: say.environment },
  {
    name: 'reservation',
    holds: sql`not me.is_reserved
      or is_reserved_for(j.tenant_id, me.id, j.workflow_id, j.target_group_id, j.reference)`,
    say: say.reservation,
  },
  {
    name: 'affinity',
    holds: sql`j.affinity is null or affinity_allows(j.tenant_id, j.workspace_id, j.affinity, j.affinity_key, j.id, j.priority,
      greatest(j.pending_since, j.not_before), me.id)`,
    say: say.affinity,
  },
  {
    name: 'rejection',
    holds: sql`not j.has_rejections or not is_rejected(j.tenant_id, j.id, me.id)`,
    say: say.rejection,
  },
];

/** Of the robot alone, as it is at the moment. */
const robotRules: readonly RuleOf<string, PairFacts>[] = [
  { name: 'offline', holds: sql`me.state <> 'offline'`, say: say.offline },
  { name: 'paused', holds: sql`me.state in ('starting', 'idle', 'busy')`, say: say.paused },
  { name: 'disk', holds: sql`me.blocked is null`, say: say.disk },
  { name: 'capacity', holds: sql`me.running < me.max_concurrent_jobs`, say: say.capacity },
];

/** In the order in which `why` looks at them: what stays as it is comes before what passes by itself. */
export const rulesOfRobots = [...callerRules, ...pairRules, ...robotRules];

/** What a robot `r` is to the rules; the statement calls the result `me`. `running` counts its jobs. */
export const robotFacts = sql`
  r.id, r.workspace_id, r.state, r.blocked, r.capabilities, r.tags, r.environment, r.max_concurrent_jobs,
  r.group_ids,
  case when r.reserved_until > clock_timestamp() then is_reserved(r.tenant_id, r.id) else false end as is_reserved`;

function all(rules: readonly { readonly holds: Statement }[]): Statement {
  return rules.map(({ holds: one }) => sql`(${one})`).reduce((before, one) => sql`${before} and ${one}`);
}

/** The job `j` may run now, as far as it depends on itself. */
export const isDue = all(jobRules);
/** The robot `me` may take the job `j`. */
export const mayTake = all(pairRules);
/** The robot `me` takes jobs now. */
export const isAble = all(robotRules);

/** The name of the first of the rules that does not hold; null when all do. */
export function firstBroken(rules: readonly { readonly name: string; readonly holds: Statement }[]): Statement {
  const cases = rules
    .map(({ name, holds: one }) => sql`when (${one}) is not true then ${name}`)
    .reduce((before, one) => sql`${before} ${one}`);
  return sql`case ${cases} end::text`;
}

/** Columns of a job that the rules look at. */
export const jobFacts = sql`
  j.tenant_id, j.id, j.workspace_id, j.workflow_id, j.required_capabilities, j.required_tags, j.environment,
  j.target_robot_id, j.target_group_id, j.reference, j.affinity, j.affinity_key, j.has_rejections, j.pending_since,
  j.not_before, j.priority`;
