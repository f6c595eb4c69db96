import { randomUUID } from 'node:crypto';
import type { ClaimedJob, Job, Why } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Answer,
  caller,
  type Fleet,
  one,
  publish,
  register,
  startFleet,
  submit,
  type TestRobot,
} from '../fleet.ts';

let fleet: Fleet;
let workflowId: string;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publish(fleet.admin);
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function ok<Body = Record<string, unknown>>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

const why = async (job: Job) => ok(fleet.admin<Why>('GET', `/jobs/${job.id}/why`));
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** The claim gives nothing, `why` names the rule and what to do; the cure done, the claim takes the job. */
async function expectCured(
  job: Job,
  robot: TestRobot,
  wrong: { rule: string; detail: RegExp; cure: RegExp; ofJob?: boolean },
  cure: () => Promise<unknown>,
  claimer: () => TestRobot = () => robot,
): Promise<ClaimedJob> {
  expect(await robot.claim({ n: 10 }).catch(() => [])).toEqual([]);
  const answer = await why(job);
  const verdict = wrong.ofJob
    ? { ...answer, detail: answer.reason }
    : answer.robots.find(({ name }) => nameOf(robot) === name);
  expect(verdict).toMatchObject({
    rule: wrong.rule,
    detail: expect.stringMatching(wrong.detail) as string,
    cure: expect.stringMatching(wrong.cure) as string,
  });
  await cure();
  const claimed = one(await claimer().claim({ n: 10 }));
  expect(claimed.jobId).toBe(job.id);
  await claimer().report(claimed, 'complete');
  // Gone again, so that it is not in the way of the next one.
  await fleet.admin('DELETE', `/robots/${claimer().id}`);
  return claimed;
}

const nameOf = ({ instanceId }: TestRobot) => `robot ${instanceId.slice(0, 8)}`;
const change = (robot: TestRobot, body: object) => ok(fleet.admin('PUT', `/robots/${robot.id}`, body));
const assign = (job: Job, body: object) => ok(fleet.admin('POST', `/jobs/${job.id}/assign`, body));

test('given to another robot: assign it to this one', async () => {
  const [other, robot] = [await register(fleet.robot), await register(fleet.robot)];
  const job = await submit(fleet.admin, workflowId, { robotId: other.id });
  await expectCured(job, robot, { rule: 'target', detail: /given to "robot/, cure: /Assign the job/ }, () =>
    assign(job, { robotId: robot.id }),
  );
  await fleet.admin('DELETE', `/robots/${other.id}`);
});

test('for a group the robot is not in: add it', async () => {
  const group = await ok(fleet.admin<{ id: string }>('POST', '/robot-groups', { name: 'Invoices' }));
  const robot = await register(fleet.robot);
  const job = await submit(fleet.admin, workflowId, { groupId: group.id });
  const wrong = {
    rule: 'group',
    detail: /group "Invoices"; the robot is in none/,
    cure: /Add the robot to "Invoices"/,
  };
  await expectCured(job, robot, wrong, () => change(robot, { groupIds: [group.id] }));
  const used = await submit(fleet.admin, workflowId, { groupId: group.id });
  expect(await fleet.admin('DELETE', `/robot-groups/${group.id}`)).toMatchObject({ status: 409 });
  await ok(fleet.admin('POST', `/jobs/${used.id}/cancel`, {}));
  expect(await fleet.admin('DELETE', `/robot-groups/${group.id}`)).toMatchObject({ status: 204 });
});

test('a capability is missing: install it and register again', async () => {
  let robot = await register(fleet.robot);
  const job = await submit(fleet.admin, workflowId, { requiredCapabilities: ['excel', 'browser'] });
  await expectCured(
    job,
    robot,
    {
      rule: 'capabilities',
      detail: /does not offer: excel, browser/,
      cure: /Install what is missing \(excel, browser\)/,
    },
    async () => {
      robot = await register(fleet.robot, { capabilities: ['browser', 'excel'] });
    },
    () => robot,
  );
});

test('a tag is missing: give it to the robot, which keeps it when it registers again', async () => {
  const robot = await register(fleet.robot, { name: 'tagged', tags: ['linux'] });
  const job = await submit(fleet.admin, workflowId, { requiredTags: ['linux', 'finance'] });
  const verdicts = async () => (await why(job)).robots.find(({ name }) => name === 'tagged');
  expect(await robot.claim()).toEqual([]);
  expect(await verdicts()).toMatchObject({ rule: 'tags', detail: 'It does not carry the tags: finance.' });
  await change(robot, { tags: ['linux', 'finance'] });
  await robot.beat([], 'offline');
  const again = await register(fleet.robot, { name: 'tagged', tags: ['linux'] });
  expect(again.id).toBe(robot.id);
  expect(one(await again.claim()).jobId).toBe(job.id);
  await change(again, { tags: null });
  const { body } = await fleet.admin('GET', `/robots/${robot.id}`);
  expect(body).toMatchObject({ tags: ['linux'], routing: { set: [], registered: { tags: ['linux'] } } });
  await again.beat([], 'offline');
});

test('another environment: set the one of the robot', async () => {
  const robot = await register(fleet.robot, { environment: 'test' });
  const job = await submit(fleet.admin, workflowId, { environment: 'production' });
  const wrong = { rule: 'environment', detail: /runs in "production", the robot in "test"/, cure: /to "production"/ };
  await expectCured(job, robot, wrong, () => change(robot, { environment: 'production' }));
});

test('reserved for others: delete the reservation; whom it is for is served meanwhile', async () => {
  const robot = await register(fleet.robot);
  const reservation = await ok(
    fleet.admin<{ id: string }>('POST', '/reservations', {
      robotId: robot.id,
      reference: 'month end',
      until: inSeconds(600),
    }),
  );
  const job = await submit(fleet.admin, workflowId, { priority: 20 });
  const meant = await submit(fleet.admin, workflowId, { reference: 'month end' });
  const claimed = one(await robot.claim({ n: 10 }));
  expect(claimed.jobId).toBe(meant.id);
  await robot.report(claimed, 'complete');
  const wrong = {
    rule: 'reservation',
    detail: /reserved for the reference "month end" until 20/,
    cure: /delete the reservation/,
  };
  await expectCured(job, robot, wrong, () => ok(fleet.admin('DELETE', `/reservations/${reservation.id}`)));
});

test('the session is on a robot that takes no jobs: release it', async () => {
  const affinity = { mode: 'session', key: `session ${randomUUID()}` };
  const [holder, robot] = [await register(fleet.robot), await register(fleet.robot)];
  const first = await submit(fleet.admin, workflowId, { affinity });
  const claimed = one(await holder.claim());
  expect(claimed.jobId).toBe(first.id);
  await holder.report(claimed, 'complete');
  await holder.beat([], 'paused');
  const job = await submit(fleet.admin, workflowId, { affinity });
  const wrong = { rule: 'affinity', detail: /is on "robot .*and the job runs only there/, cure: /delete the affinity/ };
  await expectCured(job, robot, wrong, async () => {
    const { items } = await ok(
      fleet.admin<{ items: { id: string; robotId: string }[] }>(
        'GET',
        `/affinities?key=${encodeURIComponent(affinity.key)}`,
      ),
    );
    expect(one(items).robotId).toBe(holder.id);
    await ok(fleet.admin('DELETE', `/affinities/${one(items).id}`));
  });
  await fleet.admin('DELETE', `/robots/${holder.id}`);
});

test('handed back because it cannot: repair and register again', async () => {
  let robot = await register(fleet.robot, { name: 'no sap' });
  const job = await submit(fleet.admin, workflowId);
  await robot.report(one(await robot.claim()), 'release', { reason: 'SAP GUI is not installed', kind: 'cannot' });
  expect(await robot.claim()).toEqual([]);
  const verdict = (await why(job)).robots.find(({ name }) => name === 'no sap');
  expect(verdict).toMatchObject({
    rule: 'rejection',
    eligible: false,
    cure: expect.stringMatching(/Repair/) as string,
  });
  expect(verdict?.detail).toContain('SAP GUI is not installed');
  const events = await ok(fleet.admin<{ events: { type: string; data: { id: string } }[] }>('GET', '/events?since=0'));
  expect(events.events.filter(({ data }) => data.id === job.id).map(({ type }) => type)).toContain('job.rejected');
  await robot.beat([], 'offline');
  robot = await register(fleet.robot, { name: 'no sap' });
  expect(one(await robot.claim()).jobId).toBe(job.id);
  await robot.beat([], 'offline');
});

test('paused: resume it', async () => {
  const robot = await register(fleet.robot);
  await robot.beat([], 'paused');
  const job = await submit(fleet.admin, workflowId);
  await expectCured(job, robot, { rule: 'paused', detail: /it is paused/, cure: /Resume it/ }, () =>
    robot.beat([], 'idle'),
  );
});

test('offline: start it', async () => {
  const robot = await register(fleet.robot);
  await robot.beat([], 'offline');
  const job = await submit(fleet.admin, workflowId);
  await expectCured(job, robot, { rule: 'offline', detail: /nothing was heard of it since 20/, cure: /Start it/ }, () =>
    robot.beat([], 'idle'),
  );
});

test('busy with as many jobs as it may run: wait for one, or let it run more', async () => {
  const robot = await register(fleet.robot, { maxConcurrentJobs: 2 });
  await change(robot, { maxConcurrentJobs: 1 });
  expect(await fleet.admin('PUT', `/robots/${robot.id}`, { maxConcurrentJobs: 3 })).toMatchObject({ status: 409 });
  await submit(fleet.admin, workflowId);
  const running = one(await robot.claim({ n: 10 }));
  const job = await submit(fleet.admin, workflowId);
  const verdict = (await why(job)).robots.find(({ robotId }) => robotId === robot.id);
  expect(verdict).toMatchObject({ rule: 'capacity', detail: 'It runs 1 of at most 1 jobs.' });
  expect(await robot.claim()).toEqual([]);
  await change(robot, { maxConcurrentJobs: null });
  const second = one(await robot.claim());
  expect(second.jobId).toBe(job.id);
  for (const claimed of [running, second]) await robot.report(claimed, 'complete');
  await fleet.admin('DELETE', `/robots/${robot.id}`);
});

test('not before a time that is far away: assign it without one', async () => {
  const robot = await register(fleet.robot);
  const job = await submit(fleet.admin, workflowId, { notBefore: inSeconds(3600) });
  const wrong = {
    rule: 'not-before',
    detail: /must not start before 20/,
    cure: /assign it without a time/,
    ofJob: true,
  };
  await expectCured(job, robot, wrong, () => assign(job, { notBefore: null }));
});

test('it waits for a job that nobody runs: run or cancel that one', async () => {
  const robot = await register(fleet.robot);
  const before = await submit(fleet.admin, workflowId, { requiredTags: ['nowhere'] });
  const job = await submit(fleet.admin, workflowId, { after: [{ jobId: before.id, on: 'end' }] });
  const wrong = {
    rule: 'dependencies',
    detail: new RegExp(`waits for a job: Invoices \\(${before.id}, pending\\)`),
    cure: /Cancel/,
    ofJob: true,
  };
  await expectCured(job, robot, wrong, () => ok(fleet.admin('POST', `/jobs/${before.id}/cancel`, {})));
});

test('the key of the robot was revoked: start it with a new one', async () => {
  const made = await ok(
    fleet.admin<{ key: string; apiKey: { id: string } }>('POST', '/keys', { name: 'short', kind: 'robot' }),
  );
  const robot = await register(caller(fleet.url, made.key));
  await ok(fleet.admin('DELETE', `/keys/${made.apiKey.id}`));
  const job = await submit(fleet.admin, workflowId, { robotId: robot.id });
  const wrong = { rule: 'key', detail: /revoked or has expired/, cure: /Create a robot key/ };
  let other: TestRobot = robot;
  await expectCured(
    job,
    robot,
    wrong,
    async () => {
      other = await register(fleet.robot);
      await assign(job, { robotId: other.id });
    },
    () => other,
  );
});

test('its robot was taken out of the fleet: assign it to one that is there', async () => {
  const [gone, robot] = [await register(fleet.robot), await register(fleet.robot)];
  const job = await submit(fleet.admin, workflowId, { robotId: gone.id });
  await ok(fleet.admin('DELETE', `/robots/${gone.id}`));
  const wrong = { rule: 'removed', detail: /was taken out of the fleet/, cure: /assign the job to another robot/ };
  await expectCured(
    job,
    gone,
    wrong,
    () => assign(job, { robotId: null }),
    () => robot,
  );
});

test('no robot at all: the reason says how to start one', async () => {
  const empty = await startFleet();
  try {
    const job = await submit(empty.admin, await publish(empty.admin));
    const answer = await ok(empty.admin<Why>('GET', `/jobs/${job.id}/why`));
    expect(answer).toMatchObject({ rule: null, reason: 'There is no robot.', robots: [] });
    expect(answer.cure).toContain('casare robot start');
  } finally {
    await empty[Symbol.asyncDispose]();
  }
});
