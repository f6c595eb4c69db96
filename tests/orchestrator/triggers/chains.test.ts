import type { Job } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, query, register, startFleet, submit, type TestRobot } from '../fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, publishWithInputs, whenJobs } from './trigger-bench.ts';

let fleet: Fleet;
let second: Fleet;
let robot: TestRobot;

const timing = { reapSeconds: 0.05 };
beforeAll(async () => {
  fleet = await startFleet({ timing });
  // Two servers look for the ends of jobs.
  second = await startFleet({ timing }, fleet);
  robot = await register(fleet.robot, { maxConcurrentJobs: 64 });
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

/** Does every job that comes until the condition holds. */
async function workUntil(isDone: () => Promise<unknown>, end: (job: { input: unknown }) => Record<string, unknown>) {
  await waitFor(
    async () => {
      for (const job of await robot.claim({ n: 20 })) {
        const { error, ...rest } = end(job) as { error?: unknown };
        await robot.report(job, error ? 'fail' : 'complete', error ? { error } : { output: rest });
      }
      return isDone();
    },
    { until: 'all is done' },
  );
}

test('the end of a job starts the next one, with its output as the inputs; once, also with two servers', async () => {
  const first = await publishWithInputs(fleet.admin, 'extract');
  const next = await publishWithInputs(fleet.admin, 'book');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'jobEnded',
    name: 'book what was extracted',
    workflowId: next,
    settings: { workflowId: first },
    filter: '${payload.output.amount > 0}',
  });
  for (let amount = 0; amount < 10; amount++) await submit(fleet.admin, first, { input: { name: 'Ada', amount } });
  await workUntil(
    async () => (await jobsOf(fleet.admin, next)).filter(({ state }) => state === 'completed').length === 9,
    ({ input }) => ({ ...(input as object) }),
  );
  const jobs = (await jobsOf(fleet.admin, next)).toSorted(
    (a, b) => Number(a.input['amount']) - Number(b.input['amount']),
  );
  expect(jobs.map(({ input }) => input['amount'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(jobs[0]?.input).toMatchObject({ name: 'Ada', payload: { state: 'completed', workflow: { name: 'extract' } } });
  await waitFor(async () => (await deliveriesOf(fleet.admin, trigger.id)).length === 10, { until: 'all are noted' });
});

test('states are filtered, and a job that ends again after a retry has ended once more', async () => {
  const first = await publishWithInputs(fleet.admin, 'fragile');
  const next = await publishWithInputs(fleet.admin, 'tell-somebody');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'jobEnded',
    name: 'failures',
    workflowId: next,
    settings: { workflowId: first, states: ['failed', 'cancelled'] },
    input: { name: '${payload.error.code}' },
  });
  const job = await submit(fleet.admin, first);
  const error = { code: 'THROWN', message: 'no' };
  const fail = ({ input }: { input: unknown }) => (Object.keys(input as object).includes('name') ? {} : { error });
  await workUntil(async () => (await jobsOf(fleet.admin, next)).length === 1, fail);
  await fleet.admin('POST', `/jobs/${job.id}/retry`);
  await workUntil(async () => (await jobsOf(fleet.admin, next)).length === 2, fail);
  expect((await jobsOf(fleet.admin, next)).map(({ input }) => input)).toEqual([{ name: 'THROWN' }, { name: 'THROWN' }]);
  await fleet.admin('PUT', `/triggers/${trigger.id}/enabled`, { enabled: false });
});

test('what ended while the trigger was off does not count; what ended while no server looked does', async () => {
  const first = await publishWithInputs(fleet.admin, 'source');
  const next = await publishWithInputs(fleet.admin, 'sink');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'jobEnded',
    name: 'off and on',
    workflowId: next,
    settings: { workflowId: first },
    maxPerMinute: 1,
    enabled: false,
    input: { name: '${payload.jobId}' },
  });
  const before = await submit(fleet.admin, first);
  await workUntil(
    async () => (await fleet.admin<Job>('GET', `/jobs/${before.id}`)).body.state === 'completed',
    () => ({}),
  );
  await fleet.admin('PUT', `/triggers/${trigger.id}/enabled`, { enabled: true });
  const [one, two] = [await submit(fleet.admin, first), await submit(fleet.admin, first)];
  await workUntil(
    async () => (await fleet.admin<Job>('GET', `/jobs/${two?.id}`)).body.state === 'completed',
    () => ({}),
  );
  const [started] = await whenJobs(fleet.admin, next, 1);
  expect([one?.id, two?.id]).toContain(started?.input['name']);
  // The second one waits for its minute and is not lost.
  await query(fleet, sql`select 1`);
  const shown = (await fleet.admin('GET', `/triggers/${trigger.id}`)).body;
  const { kind, name, settings, workflowId, input } = shown as Record<string, never>;
  await fleet.admin('PUT', `/triggers/${trigger.id}`, { kind, name, settings, workflowId, input, maxPerMinute: null });
  const started2 = await whenJobs(fleet.admin, next, 2);
  expect(new Set(started2.map(({ input: given }) => given['name']))).toEqual(new Set([one?.id, two?.id]));
});

test('a circle ends after sixteen turns, and says so', { timeout: 30_000 }, async () => {
  const round = await publishWithInputs(fleet.admin, 'round');
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'jobEnded',
    name: 'round and round',
    workflowId: round,
    settings: { workflowId: round },
  });
  await submit(fleet.admin, round);
  await workUntil(
    async () => (await deliveriesOf(fleet.admin, trigger.id)).some(({ state }) => state === 'refused'),
    () => ({}),
  );
  const deliveries = await deliveriesOf(fleet.admin, trigger.id);
  expect(deliveries[0]).toMatchObject({ state: 'refused', reason: { code: 'TRIGGER_LOOP' } });
  expect(await jobsOf(fleet.admin, round)).toHaveLength(17);
});
