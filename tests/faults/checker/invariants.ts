import { canMove, hasEnded, type JobState } from '@casare/shared';
import type { TapEntry } from '../harness/http-link.ts';
import type { EventFact, Facts, JobFact } from './facts.ts';

export interface Violation {
  readonly invariant: string;
  readonly evidence: string;
}

/** I1 … I12 of the reliability page: each looks at the facts and gives what contradicts it. */
export const invariants: Readonly<Record<string, (facts: Facts) => string[]>> = {
  'I1 one job for each accepted submission': oneJobEach,
  'I2 one end for each job, by allowed moves only': legalHistories,
  'I3 a result counts only under the current lease': currentFences,
  'I4 journals have no gap and end each step once': wholeJournals,
  'I5 effects: idempotent at least once, keyed under one key, once at most once': rightEffects,
  'I6 what was acknowledged is still there': nothingForgotten,
  'I7 every job has come to an end': allEnded,
  'I8 nothing of another tenant': ({ foreign, ...facts }) => [...foreign, ...mixedTenants(facts)],
  'I9 no secret at rest or in a log': ({ secrets }) => [...secrets],
  'I10 one firing for each slot of a schedule': ({ firings = [] }) => twice(firings),
  'I11 what is shown is what is stored': shownIsStored,
  'I12 memory, files, connections and disk stay within limits': ({ measured }) =>
    measured
      .filter(({ value, limit }) => value > limit)
      .map(({ what, value, limit }) => `${what}: ${value} > ${limit}`),
};

export function checkFacts(facts: Facts): Violation[] {
  return Object.entries(invariants).flatMap(([invariant, find]) =>
    find(facts).map((evidence) => ({ invariant, evidence })),
  );
}

/** Ends that were taken under a lease that was not the job's: what a queue without lease tokens lets through. */
export function staleAccepted({ jobs, tap }: Pick<Facts, 'jobs' | 'tap'>): string[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return acceptedEnds(tap)
    .filter(({ jobId, fence, kind }) => {
      const job = byId.get(jobId);
      return kind === 'complete' && job !== undefined && job.ended_fence !== fence;
    })
    .map(({ jobId, fence }) => `job ${jobId}: accepted under lease ${fence}, stored ${byId.get(jobId)?.ended_fence}`);
}

function oneJobEach({ jobs, submissions }: Facts): string[] {
  const found: string[] = [];
  const byReference = Map.groupBy(jobs, ({ reference }) => reference ?? '');
  for (const { reference, id } of submissions) {
    const made = byReference.get(reference) ?? [];
    if (id === undefined ? made.length > 1 : made.length !== 1 || made[0]?.id !== id)
      found.push(`${reference} (accepted as ${id}) has ${made.length} jobs: ${made.map((job) => job.id).join(', ')}`);
  }
  return found;
}

const STATES: Readonly<Record<string, JobState>> = {
  'job.created': 'pending',
  'job.claimed': 'running',
  'job.requeued': 'pending',
  'job.retrying': 'pending',
  'job.waiting': 'waiting',
  'job.completed': 'completed',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
};

function legalHistories({ jobs, events }: Facts): string[] {
  const byJob = Map.groupBy(events, ({ job_id }) => job_id);
  return jobs.flatMap((job) => illegal(job, byJob.get(job.id) ?? []));
}

function illegal({ id, state }: JobFact, events: readonly EventFact[]): string[] {
  const found: string[] = [];
  let now: JobState | undefined;
  for (const { type } of events) {
    const next = STATES[type];
    if (next === undefined) continue;
    if (now === undefined ? next !== 'pending' : !canMove(now, next))
      found.push(`job ${id}: ${type} when it was ${now ?? 'not there'} (${events.map((one) => one.type).join(' ')})`);
    now = next;
  }
  if (now !== state) found.push(`job ${id} is ${state}, its events say ${now ?? 'nothing'}`);
  return found;
}

function currentFences(facts: Facts): string[] {
  const wrong = facts.jobs
    .filter((job) => job.state === 'completed' && (job.ended_as !== 'complete' || job.ended_fence !== job.fence))
    .map((job) => `job ${job.id} is completed by lease ${job.ended_fence} (${job.ended_as}), its last is ${job.fence}`);
  const twiceDone = [
    ...Map.groupBy(
      acceptedEnds(facts.tap).filter(({ kind }) => kind === 'complete'),
      ({ jobId }) => jobId,
    ),
  ]
    .filter(([, ends]) => ends.filter(({ duplicate }) => !duplicate).length > 1)
    .map(([jobId, ends]) => `job ${jobId} was completed more than once: ${ends.map((end) => end.fence).join(', ')}`);
  return [...wrong, ...twiceDone, ...staleAccepted(facts)];
}

function wholeJournals({ jobs, steps }: Facts): string[] {
  const byJob = Map.groupBy(steps, ({ job_id }) => job_id);
  return jobs.flatMap((job) => {
    const rows = byJob.get(job.id) ?? [];
    const found: string[] = [];
    if (rows.some((row, i) => row.seq !== i + 1 || row.row_seq !== row.seq))
      found.push(`job ${job.id}: rows are not 1, 2, 3 …`);
    if (rows.length !== job.last_step_seq)
      found.push(`job ${job.id}: ${rows.length} rows, last_step_seq ${job.last_step_seq}`);
    const again = twice(rows.filter(({ kind }) => kind === 'finished').map(({ path }) => path));
    return [...found, ...again.map((path) => `job ${job.id}: ${path} finished twice`)];
  });
}

function rightEffects({ jobs, submissions, effects }: Facts): string[] {
  if (submissions.length === 0) return [];
  const found: string[] = [];
  const seen = Map.groupBy(effects, ({ reference, slot }) => `${reference}/${slot}`);
  for (const { reference, slots } of submissions) {
    const completed = jobs.some((job) => job.reference === reference && job.state === 'completed');
    for (const one of slots) {
      const name = `${reference}/${one.slot}`;
      const times = seen.get(name) ?? [];
      seen.delete(name);
      if (completed && times.length === 0) found.push(`${one.class} ${name} never happened, the job is completed`);
      if (one.class === 'once' && times.length > 1) found.push(`once ${name} happened ${times.length} times`);
      const keys = new Set(times.map(({ key }) => key));
      if (one.class === 'keyed' && keys.size > 1) found.push(`keyed ${name} came under ${keys.size} keys`);
      if (one.class === 'keyed' && keys.has('')) found.push(`keyed ${name} came without a key`);
    }
  }
  return [...found, ...[...seen.keys()].map((name) => `${name} is an effect that no job was asked for`)];
}

function nothingForgotten({ jobs, tap }: Facts): string[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const found = acceptedEnds(tap)
    .filter(({ jobId, kind }) => kind === 'complete' && byId.get(jobId)?.state !== 'completed')
    .map(({ jobId }) => `job ${jobId} was acknowledged as completed and is ${byId.get(jobId)?.state ?? 'gone'}`);
  for (const { path, status, answer } of tap) {
    const jobId = /\/jobs\/([^/]+)\/progress$/.exec(path)?.[1];
    if (jobId === undefined || status !== 200) continue;
    const { lastStepSeq } = JSON.parse(answer) as { lastStepSeq: number };
    const has = byId.get(jobId)?.last_step_seq ?? -1;
    if (has < lastStepSeq) found.push(`job ${jobId}: rows up to ${lastStepSeq} were acknowledged, ${has} are there`);
  }
  return found;
}

function allEnded({ jobs, submissions }: Facts): string[] {
  const asked = new Set(submissions.map(({ reference }) => reference));
  return jobs
    .filter(({ reference, state }) => asked.has(reference ?? '') && !hasEnded(state as JobState) && state !== 'waiting')
    .map(({ id, state }) => `job ${id} is still ${state}`);
}

function mixedTenants({ jobs, events, steps }: Pick<Facts, 'jobs' | 'events' | 'steps'>): string[] {
  const tenantOf = new Map(jobs.map((job) => [job.id, job.tenant_id]));
  return [...events, ...steps]
    .filter(({ job_id, tenant_id }) => tenantOf.has(job_id) && tenantOf.get(job_id) !== tenant_id)
    .map(({ job_id }) => `a row of job ${job_id} belongs to another tenant`);
}

function shownIsStored({ jobs, shown }: Facts): string[] {
  return jobs
    .filter(({ id, state }) => shown.has(id) && shown.get(id) !== state)
    .map(({ id, state }) => `job ${id} is shown as ${shown.get(id)}, stored as ${state}`);
}

interface AcceptedEnd {
  readonly jobId: string;
  readonly kind: string;
  readonly fence: number;
  readonly duplicate: boolean;
}

function acceptedEnds(tap: readonly TapEntry[]): AcceptedEnd[] {
  return tap.flatMap(({ path, status, body, answer }) => {
    const [, jobId, kind] = /\/jobs\/([^/]+)\/(complete|fail|park|release)$/.exec(path) ?? [];
    if (jobId === undefined || kind === undefined || status !== 200) return [];
    const { fence } = JSON.parse(body) as { fence: number };
    return [{ jobId, kind, fence, duplicate: (JSON.parse(answer) as { duplicate: boolean }).duplicate }];
  });
}

function twice(values: readonly string[]): string[] {
  return [...Map.groupBy(values, (value) => value)].filter(([, same]) => same.length > 1).map(([value]) => value);
}
