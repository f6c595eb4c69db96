import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLogLimit } from '../../robot/log-limit.ts';
import { startTestFleet, type TestFleet } from '../support/fleet.ts';
import { flow } from './flows.ts';

vi.setConfig({ testTimeout: 120_000 });

const line = (message: string, data?: unknown) => ({
  at: 1,
  level: 'info' as const,
  message,
  ...(data === undefined ? {} : { data: data as never }),
});
const dropsIn = (lines: readonly { message: string }[]) =>
  lines.reduce((sum, { message }) => sum + Number(/^(\d+) lines? w/.exec(message)?.[1] ?? 0), 0);

describe('the limit of a log', () => {
  test('lets a megabyte a second through and says what it dropped, in its place', () => {
    let now = 0;
    const limit = createLogLimit(() => now);
    const flood = Array.from({ length: 1000 }, (_, i) => line(`${i} `.padEnd(10_000, 'x')));
    const first = limit.admit(flood);
    expect(first.length).toBeGreaterThan(95);
    expect(first.length).toBeLessThan(110);
    now = 1000;
    const second = limit.admit([line('after')]);
    expect(second.map(({ message }) => message)).toEqual([
      `${1000 - first.length} lines were dropped: a job keeps 1 MB of log a second.`,
      'after',
    ]);
    expect(limit.end()).toEqual([]);
  });

  test('ends at 100 MB, whatever time it has, and says so at the end', () => {
    let now = 0;
    const limit = createLogLimit(() => (now += 1000));
    let kept = 0;
    for (let second = 0; second < 200; second++) {
      for (const { message } of limit.admit(Array.from({ length: 100 }, () => line('x'.repeat(9000)))))
        kept += message.length;
    }
    expect(kept).toBeGreaterThan(95e6);
    expect(kept).toBeLessThan(105 * 1024 * 1024);
    expect(limit.end()[0]?.message).toMatch(/^\d{4} lines were dropped: a job keeps 100 MB of log\.$/);
  });

  test('leaves out data that no request could carry', () => {
    const [kept] = createLogLimit(() => 0).admit([line('rows', 'x'.repeat(9_000_000))]);
    expect(kept).toEqual(line('rows (data of 9000002 characters left out)'));
  });
});

describe('a workflow that writes 60 MB of log', () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await startTestFleet();
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  test('does its work, and the fleet gets what fits with the number of what does not', async () => {
    const robot = await fleet.startRobot({ name: 'flooded' });
    const code = 'const s = "x".repeat(4000); for (let i = 0; i < 1000; i++) console.log(s); return 1;';
    const workflow = flow(
      {
        start: 'control.start',
        each: { type: 'control.forEach', params: { items: '${range(15)}' } },
        flood: { type: 'code.javascript', params: { code, timeoutMs: 20_000 } },
      },
      ['start>each', 'each.body>flood'],
      { outputs: [{ name: 'rounds', value: '${steps.each.output.count}' }] },
    );
    const startedAt = performance.now();
    const job = await fleet.submit(workflow);
    const ended = await fleet.ended(job.id, 90);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(ended).toMatchObject({ state: 'completed', output: { rounds: 15 }, error: null });
    const logs = await fleet.logs(job.id);
    const whole = logs.filter(({ message }) => message.length === 4000);
    expect(whole.length * 4100).toBeLessThan((seconds + 1) * 1024 * 1024);
    expect(whole.length + dropsIn(logs)).toBe(15_000);
    await robot.stop(20_000);
  });
});
