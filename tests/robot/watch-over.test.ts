import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isDiskLow } from '../../robot/machine.ts';
import { memoryOf } from '../../robot/memory-watch.ts';
import { startTestFleet, type TestFleet, type TestRobot } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { flow, postOne, single } from './flows.ts';

vi.setConfig({ testTimeout: 60_000 });

let fleet: TestFleet;
let site: Server;
let robot: TestRobot;
beforeAll(async () => {
  // A page that takes 400 MB and keeps them.
  const greedy = '<script>window.kept = Array.from({ length: 8 }, () => new Uint8Array(50e6).fill(7));</script>';
  site = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(greedy)).listen(
    0,
    '127.0.0.1',
  );
  fleet = await startTestFleet();
  robot = await fleet.startRobot({ name: 'frugal', env: { ROBOT_JOB_MEMORY_MB: '384', ROBOT_METRICS_PORT: '0' } });
});
afterAll(async () => {
  site.close();
  await fleet[Symbol.asyncDispose]();
});

test('a job that takes more memory than it may is ended with its browser, says so, and the robot lives; its figures tell of it', async () => {
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const job = await fleet.submit(
    flow(
      {
        start: 'control.start',
        open: { type: 'browser.open', params: { url } },
        wait: { type: 'control.delay', params: { ms: 600_000 } },
      },
      ['start>open', 'open>wait'],
    ),
  );
  expect(await fleet.ended(job.id)).toMatchObject({
    state: 'failed',
    attempt: 1,
    error: { code: 'MEMORY_LIMIT', message: expect.stringContaining('ROBOT_JOB_MEMORY_MB') },
  });
  const next = await fleet.submit(postOne(), { input: { n: 1 } });
  expect(await fleet.ended(next.id)).toMatchObject({ state: 'completed', robotName: 'frugal' });
  const address = robot.lines
    .map((line) => /"url":"(http:\/\/127\.0\.0\.1:\d+)","msg":"figures/.exec(line)?.[1])
    .find(Boolean);
  const metrics = await (await fetch(`${address}/metrics`)).text();
  expect(metrics).toContain('casare_robot_jobs_ended_total{end="fail"} 1');
  expect(metrics).toContain('casare_robot_jobs_ended_total{end="complete"} 1');
  expect(metrics).toMatch(/casare_robot_circuit_open 0\n/);
  expect(await (await fetch(`${address}/healthz`)).json()).toEqual({
    ok: true,
    state: expect.stringMatching(/idle|busy/),
  });
});

test('an orchestrator that comes back is noticed within seconds, whatever the pauses had grown to', async () => {
  await fleet.stopOrchestrator();
  // The circuit opens when several calls in a row reached nobody.
  await waitFor(() => robot.lines.filter((line) => line.includes('did not answer the last calls')).length > 0, {
    timeoutMs: 30_000,
  });
  await fleet.startOrchestrator();
  const back = performance.now();
  const job = await fleet.submit(single('data.log', { message: 'here' }));
  expect(await fleet.ended(job.id)).toMatchObject({ state: 'completed', robotName: 'frugal' });
  expect(performance.now() - back).toBeLessThan(5000);
});

test('memory counts for a process and all below it', () => {
  const processes = [
    { pid: 1, parent: 0, bytes: 1 },
    { pid: 2, parent: 1, bytes: 10 },
    { pid: 3, parent: 2, bytes: 100 },
    { pid: 4, parent: 3, bytes: 1000 },
    { pid: 5, parent: 1, bytes: 10_000 },
  ];
  expect(memoryOf(2, processes)).toBe(1110);
  expect(memoryOf(9, processes)).toBe(0);
});

test('a disk is low below 200 MB, and below 5 % unless that is more than any job needs', () => {
  const low = (freeMb: number, totalMb: number) => isDiskLow({ freeMb, totalMb });
  expect([low(199, 300), low(200, 300)]).toEqual([true, false]);
  expect([low(499, 10_000), low(500, 10_000)]).toEqual([true, false]);
  expect(low(25_000, 1_000_000)).toBe(false);
});
