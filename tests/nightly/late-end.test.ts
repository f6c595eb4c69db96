import { randomUUID } from 'node:crypto';
import { artifactListSchema } from '@casare/shared';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow } from '../robot/flows.ts';

vi.setConfig({ testTimeout: 60_000 });

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Everything the database knows becomes so many days older: what a robot that was away for as long comes back to. */
async function daysPass(days: number): Promise<void> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl });
  await client.connect();
  const older = (column: string) => `${column} = ${column} - interval '${days} days'`;
  await client.query(`update jobs set ${['created_at', 'started_at', 'lease_until'].map(older).join(', ')}`);
  await client.query(
    `update robots set ${['last_heartbeat_at', 'registered_at', 'link_lost_at'].map(older).join(', ')}`,
  );
  await client.end();
}

/** Says something, and ends only when it is told to by its time. */
function talk() {
  return flow(
    {
      start: 'control.start',
      say: { type: 'data.log', params: { message: 'begun' } },
      wait: { type: 'control.delay', params: { ms: 1000 } },
      end: { type: 'data.log', params: { message: 'over' } },
    },
    ['start>say', 'say>wait', 'wait>end'],
    { outputs: [{ name: 'done', value: 'yes' }] },
  );
}

/** A robot that ended its job while the orchestrator was away, and was switched off then. */
async function endedAlone(name: string) {
  const robot = await fleet.startRobot({ name });
  const job = await fleet.submit(talk());
  await waitFor(async () => (await fleet.logs(job.id)).length > 0, { timeoutMs: 20_000 });
  await fleet.stopOrchestrator();
  await waitFor(() => robot.lines.some((line) => line.includes('run over')), { timeoutMs: 20_000 });
  await robot.kill();
  return { robot, job };
}

test('a week later the end is accepted when nobody else took the job', async () => {
  const { robot, job } = await endedAlone('week');
  await daysPass(7);
  await fleet.startOrchestrator();
  await waitFor(async () => (await fleet.job(job.id)).state === 'pending', { timeoutMs: 20_000 });
  const again = await fleet.startRobot({ name: 'week', dataFolder: robot.dataFolder });
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', attempt: 1, output: { done: 'yes' } });
  expect((await fleet.logs(job.id)).map(({ message }) => message)).toEqual(['begun', 'over']);
  await again.stop(20_000);
});

test('when another robot has the job by then, the late end changes nothing and is kept as evidence', async () => {
  const { robot, job } = await endedAlone('late');
  await daysPass(7);
  await fleet.startOrchestrator();
  const other = await fleet.startRobot({ name: `other-${randomUUID().slice(0, 4)}` });
  const ended = await fleet.ended(job.id);
  expect(ended).toMatchObject({ state: 'completed', attempt: 2, robotName: other.name });
  const again = await fleet.startRobot({ name: 'late', dataFolder: robot.dataFolder });
  const kept = await waitFor(
    async () => {
      const { artifacts } = await fleet.client.call('GET', `/jobs/${job.id}/artifacts`, artifactListSchema);
      return artifacts.find(({ kind, complete }) => kind === 'report' && complete);
    },
    { timeoutMs: 20_000 },
  );
  expect(kept).toMatchObject({ name: 'late-complete.json', robotName: 'late', attempt: 1 });
  const response = await fetch(`${fleet.url}/api/v1/artifacts/${kept.id}/content`, {
    headers: { 'x-api-key': fleet.adminKey },
  });
  expect(await response.json()).toMatchObject({ jobId: job.id, end: 'complete', output: { done: 'yes' } });
  expect(await fleet.job(job.id)).toEqual(ended);
  await other.stop(20_000);
  await again.stop(20_000);
});
