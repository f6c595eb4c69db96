import type { Job, Robot } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, one, publish, register, startFleet, type TestRobot } from '../../orchestrator/fleet.ts';
import { callCli } from './call-cli.ts';

let fleet: Fleet;
let robot: TestRobot;
beforeAll(async () => {
  fleet = await startFleet();
  await publish(fleet.admin);
  robot = await register(fleet.robot, { name: 'worker' });
});
afterAll(() => fleet[Symbol.asyncDispose]());

function cli(...argv: string[]) {
  return callCli(argv, { env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.adminKey } });
}
async function submitted(...options: string[]): Promise<Job> {
  const result = await cli('jobs', 'submit', 'Invoices', '--json', ...options);
  if (result.code !== 0) throw new Error(result.stdout);
  return result.json<Job>();
}

test('submit says where a job runs and what it waits for; why says what is missing; assign and robot set cure it', async () => {
  expect((await cli('robot-groups', 'create', 'finance', '--description', 'Invoices')).code).toBe(0);
  const first = await submitted('--group', 'finance', '--tag', 'vpn', '--prefer', 'near', '--deadline', '2h');
  expect(first.routing).toMatchObject({ requiredTags: ['vpn'], preferredTags: ['near'] });
  expect(Date.parse(first.routing?.deadline ?? '') - Date.now()).toBeGreaterThan(7_000_000);
  const second = await submitted('--after', `${first.id}:end`, '--affinity', 'session:month');
  expect(second.routing).toMatchObject({ waitsFor: 1, affinity: { mode: 'session', key: 'month' } });

  const why = await cli('jobs', 'why', first.id);
  expect(why.stdout).toContain('worker: group');
  expect(why.stdout).toContain('→ Add the robot to "finance"');
  expect((await cli('jobs', 'why', second.id)).stdout).toContain('It waits for a job');
  expect((await cli('jobs', 'dependencies', second.id)).stdout).toContain('waits for its end');

  const set = await cli(
    'robot',
    'set',
    robot.id,
    '--tags',
    'vpn,near',
    '--group',
    'finance',
    '--max-jobs',
    '2',
    '--json',
  );
  expect(set.json<Robot>()).toMatchObject({ tags: ['vpn', 'near'], maxConcurrentJobs: 2 });
  expect((await cli('robot-groups', 'list')).stdout).toMatch(/finance +worker/);
  expect((await cli('robot-groups', 'delete', 'finance')).code).toBe(1);
  const assigned = await cli('jobs', 'assign', first.id, '--group', 'any', '--priority', '18', '--deadline', 'none');
  expect(assigned.stdout).toContain('priority 18');
  expect((await cli('robot-groups', 'delete', 'finance')).code).toBe(0);
  const claimed = one(await robot.claim());
  expect(claimed.jobId).toBe(first.id);
  await robot.report(claimed, 'complete');
  await robot.report(one(await robot.claim()), 'complete');
});

test('dead letters: grouped, requeued and purged; a bulk action counts before it acts', async () => {
  const error = { code: 'NODE_TIMEOUT', message: 'too slow' };
  const dead = [await submitted(), await submitted(), await submitted()];
  for (let i = 0; i < 3; i++) await robot.report(one(await robot.claim()), 'fail', { error });
  expect((await cli('jobs', 'dead-letters', 'groups')).stdout).toMatch(/3 +Invoices +NODE_TIMEOUT/);
  expect((await cli('jobs', 'dead-letters', 'list', '--error', 'NODE_TIMEOUT')).stdout).toContain(dead[0]?.id);
  expect((await cli('jobs', 'requeue', dead[0]?.id ?? '', '--priority', '20')).stdout).toContain('in place of');
  expect((await cli('jobs', 'retry', dead[1]?.id ?? '')).stdout).toContain('is pending');
  expect((await cli('jobs', 'dead-letters', 'purge')).stdout).toContain('about 1 jobs. Add --yes');
  expect((await cli('jobs', 'dead-letters', 'requeue', '--yes')).stdout).toContain('requeue: 1 jobs');
  expect((await cli('jobs', 'bulk', 'cancel', '--state', 'pending', '--yes')).stdout).toContain('cancel: 3 jobs');
  expect((await cli('jobs', 'bulk', 'explode')).code).toBe(2);
  expect((await cli('jobs', 'submit', 'Invoices', '--deadline', 'soon')).code).toBe(2);
  expect((await cli('jobs', 'submit', 'Invoices', '--affinity', 'month')).code).toBe(2);
});
