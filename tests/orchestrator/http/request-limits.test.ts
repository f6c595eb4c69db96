import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRequestLimits } from '../../../orchestrator/http/request-limits.ts';
import type { Caller } from '../../../orchestrator/keys/caller.ts';
import { addTenant, caller, type Fleet, one, publish, register, startFleet, submit } from '../fleet.ts';

const of = (keyId: string, tenantId = 'a', keyKind: Caller['keyKind'] = 'admin') =>
  ({ keyId, tenantId, keyKind }) as Caller;

describe('buckets', () => {
  test('let twice as many come at once as may come for long, then as many as flow back', () => {
    let now = 0;
    const limits = createRequestLimits({ perKey: 10, perRobotKey: 0, perTenant: 0 }, () => now);
    const come = (n: number) =>
      Array.from({ length: n }, () => passes(() => limits.take(of('k')))).filter(Boolean).length;
    expect(come(50)).toBe(20);
    now += 1000;
    expect(come(50)).toBe(10);
    now += 60_000;
    expect(come(50)).toBe(20);
  });

  test('a hundred robots that poll every second with one key never meet a limit', () => {
    let now = 0;
    const limits = createRequestLimits({ perKey: 200, perRobotKey: 2000, perTenant: 5000 }, () => now);
    let refused = 0;
    for (let second = 0; second < 600; second++, now += 1000)
      for (let robot = 0; robot < 100; robot++) if (!passes(() => limits.take(of('robots', 'a', 'robot')))) refused++;
    expect(refused).toBe(0);
  });

  test('a tenant that floods leaves others alone', () => {
    const limits = createRequestLimits({ perKey: 0, perRobotKey: 0, perTenant: 10 }, () => 0);
    for (let i = 0; i < 1000; i++) passes(() => limits.take(of(`key ${i}`)));
    expect(passes(() => limits.take(of('one more')))).toBe(false);
    expect(passes(() => limits.take(of('theirs', 'b')))).toBe(true);
  });

  test('are forgotten when there are too many, the oldest first', () => {
    const limits = createRequestLimits({ perKey: 1, perRobotKey: 0, perTenant: 0 }, () => 0);
    for (let i = 0; i < 30_000; i++) limits.take(of(`key ${i}`));
    expect(passes(() => limits.take(of('key 0')))).toBe(true);
  });
});

describe('over HTTP', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ requestRates: { perKey: 4, perRobotKey: 4, perTenant: 1000 } });
  });
  afterAll(() => fleet[Symbol.asyncDispose]());

  test('who sends too much is told how long to wait, in one shape, and a robot keeps what it holds all the same', async () => {
    const job = await submit(fleet.admin, await publish(fleet.admin));
    const robot = await register(fleet.robot);
    const held = one(await robot.claim());
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => fleet.robot<{ error: { code: string; message: string } }>('GET', '/me')),
    );
    const refused = one(answers.filter(({ status }) => status === 429));
    expect(refused.body.error).toMatchObject({ code: 'RATE_LIMITED', requestId: expect.any(String) });
    expect(refused.body.error.message).toMatch(/Wait \d+ s/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await robot.beat([held])).status).toBe(200);
    expect((await fleet.robot('POST', `/jobs/${job.id}/extend-lease`, { fence: held.fence })).status).toBe(200);
    const other = await addTenant(fleet);
    expect((await caller(fleet.url, other.robotKey)('GET', '/me')).status).toBe(200);
  });
});

function passes(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
