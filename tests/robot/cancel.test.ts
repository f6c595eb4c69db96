import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jobSchema, type Workflow } from '@casare/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { stillRunning } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow, single } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Takes every connection and never says anything. */
const silent = createServer(() => undefined);
let fleet: TestFleet;
let robot: TestRobot;
let silentUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  fleet = await startTestFleet();
  robot = await fleet.startRobot();
});
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

const busy = () =>
  flow(
    {
      start: 'control.start',
      step: { type: 'control.while', params: { condition: true, maxIterations: 10_000_000 } },
      body: { type: 'data.setVariable', params: { name: 'n', value: '${index}' } },
    },
    ['start>step', 'step.body>body'],
    { variables: [{ name: 'n', type: 'any' }] },
  );

const cases: [string, () => Workflow, () => boolean | Promise<boolean>][] = [
  ['a loop that never ends', busy, () => true],
  ['a delay', () => single('control.delay', { ms: 3_600_000 }), () => true],
  ['a script that never ends', () => single('code.javascript', { code: 'for (;;) {}', timeoutMs: 60_000 }), () => true],
  ['a page that never loads', () => single('browser.open', { url: silentUrl, timeoutMs: 60_000 }), pageIsAsked],
];

async function pageIsAsked(): Promise<boolean> {
  return (await new Promise<number>((resolve) => silent.getConnections((_error, count) => resolve(count)))) > 0;
}

test.each(cases)('cancels %s within 2 s, and nothing of it remains', async (_name, document, isUnderWay) => {
  const job = await fleet.submit(document());
  await waitFor(async () => (await fleet.job(job.id)).currentNode !== null, { timeoutMs: 60_000 });
  await waitFor(isUnderWay, { timeoutMs: 60_000 });
  const worker = robot.workerOf(job.id) as number;
  const children = robot.children().filter(({ pid, parent }) => pid === worker || parent === worker);
  expect(children.length).toBeGreaterThan(0);
  const asked = performance.now();
  await fleet.client.call('POST', `/jobs/${job.id}/cancel`, jobSchema, {});
  const ended = await fleet.ended(job.id);
  await waitFor(() => !isAlive(worker), { everyMs: 5 });
  expect(performance.now() - asked).toBeLessThan(2000);
  expect(ended).toMatchObject({ state: 'cancelled', error: { code: 'RUN_CANCELLED' } });
  await waitFor(() => stillRunning(children).length === 0, { until: 'nothing of it remains' });
});

test('a job that is cancelled while it waits for a robot never starts', async () => {
  const job = await fleet.submit(single('data.log', { message: 'never' }), { notBefore: '2100-01-01T00:00:00Z' });
  await fleet.client.call('POST', `/jobs/${job.id}/cancel`, jobSchema, {});
  expect(await fleet.job(job.id)).toMatchObject({ state: 'cancelled', attempt: 0 });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
