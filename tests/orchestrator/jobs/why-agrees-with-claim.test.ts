import type { Why } from '@casare/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, publish, register, startFleet, submit } from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;
let group: string;
let other: string;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin);
  const make = async (name: string) => (await fleet.admin<{ id: string }>('POST', '/robot-groups', { name })).body.id;
  group = await make('a');
  other = await make('b');
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Mostly few are asked for and many are there, or nobody could ever take anything. */
const some = (...all: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray(all) });
const most = (...all: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(all) }, { weight: 1, arbitrary: fc.subarray(all) });
const rarely = <Value>(...values: Value[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const robots = fc.array(
  fc.record({
    capabilities: most('browser', 'excel'),
    tags: most('x', 'y'),
    environment: fc.option(fc.constantFrom('test', 'production'), { nil: undefined }),
    maxConcurrentJobs: fc.constantFrom(1, 20),
    state: fc.constantFrom('idle', 'idle', 'idle', 'paused', 'offline'),
    groups: fc.subarray([0, 1]),
    reservedFor: rarely('r1', 'r2'),
    rejects: fc.boolean(),
  }),
  { minLength: 2, maxLength: 3 },
);
const jobs = fc.array(
  fc.record({
    requiredCapabilities: some('browser', 'excel'),
    requiredTags: some('x'),
    environment: rarely('test', 'production'),
    group: rarely(0, 1),
    robot: rarely(0, 1),
    reference: fc.option(fc.constantFrom('r1', 'r2'), { nil: undefined }),
    mode: fc.option(fc.constantFrom('soft', 'hard', 'session'), { nil: undefined }),
    key: fc.constantFrom('k1', 'k2'),
    later: fc.boolean(),
    priority: fc.constantFrom(5, 10),
    afterFirst: fc.boolean(),
  }),
  { minLength: 2, maxLength: 6 },
);

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
let round = 0;

test('why calls a robot eligible for exactly those jobs that it gets when it claims alone', async () => {
  let [eligible, excluded] = [0, 0];
  await fc.assert(
    fc.asyncProperty(robots, jobs, async (someRobots, someJobs) => {
      // Keys of affinity are those of this round.
      const salt = `${++round}`;
      const made = await Promise.all(
        someRobots.map(async ({ state: _, groups, reservedFor, rejects: __, ...robot }) => {
          const one = await register(fleet.robot, { ...robot, maxConcurrentJobs: 20 });
          await fleet.admin('PUT', `/robots/${one.id}`, {
            groupIds: groups.map((i) => [group, other][i]),
            maxConcurrentJobs: robot.maxConcurrentJobs,
          });
          if (reservedFor !== undefined)
            await fleet.admin('POST', '/reservations', { robotId: one.id, reference: reservedFor, until: inAnHour() });
          return one;
        }),
      );
      const ids: string[] = [];
      for (const { group: g, robot, mode, key, later, afterFirst, ...job } of someJobs) {
        const { id } = await submit(fleet.admin, workflowId, {
          ...job,
          ...(g !== undefined && { groupId: [group, other][g] }),
          ...(robot !== undefined && { robotId: made[robot]?.id }),
          ...(mode !== undefined && { affinity: { mode, key: `${key} ${salt}` } }),
          ...(later && job.priority === 5 && { notBefore: inAnHour() }),
          ...(afterFirst && ids[0] !== undefined && { after: [{ jobId: ids[0], on: 'end' }] }),
        });
        ids.push(id);
      }
      for (const [i, robot] of made.entries()) {
        const { state = 'idle', maxConcurrentJobs = 1, rejects } = someRobots[i] ?? {};
        await robot.beat([], state);
        const said: string[] = [];
        for (const id of ids) {
          const { body } = await fleet.admin<Why>('GET', `/jobs/${id}/why`);
          const verdict = body.robots.find(({ robotId }) => robotId === robot.id);
          if (body.rule === null && verdict?.eligible) said.push(id);
        }
        const claimed = await robot.claim({ n: 20 });
        const got = claimed.map(({ jobId }) => jobId);
        // One with a single place gets one of them.
        expect({ said, count: got.length }).toEqual({
          said: expect.arrayContaining(got) as unknown,
          count: Math.min(maxConcurrentJobs, said.length),
        });
        eligible += said.length;
        excluded += ids.length - said.length;
        for (const job of claimed)
          await robot.report(job, 'release', { reason: 'next', ...(rejects && { kind: 'cannot' }) });
        // What it has handed back for good it is not offered again.
        const more = rejects ? await robot.claim({ n: 20 }) : [];
        expect(got.filter((id) => more.some(({ jobId }) => jobId === id))).toEqual([]);
        for (const job of more) await robot.report(job, 'release', { reason: 'next' });
      }
      for (const { id } of made) await fleet.admin('DELETE', `/robots/${id}`);
      await fleet.admin('POST', '/jobs/bulk', { action: 'cancel', filter: { ids } });
    }),
    { numRuns: 12 },
  );
  expect(Math.min(eligible, excluded)).toBeGreaterThan(0);
});
