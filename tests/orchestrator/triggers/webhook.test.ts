import { createHmac, randomUUID } from 'node:crypto';
import type { CreatedTrigger, Delivery, DeliveryDetail, Trigger, TriggerInput } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, query, register, startFleet, type TestRobot } from '../fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, post, publishWithInputs, send, sign } from './trigger-bench.ts';

let fleet: Fleet;
let workflowId: string;
let robot: TestRobot;

beforeAll(async () => {
  fleet = await startFleet({ timing: { reapSeconds: 0.05 } });
  workflowId = await publishWithInputs(fleet.admin, 'orders');
  robot = await register(fleet.robot);
});
afterAll(() => fleet[Symbol.asyncDispose]());

type Webhook = Extract<TriggerInput, { kind: 'webhook' }>;
const create = (more: Partial<Webhook> = {}): Promise<CreatedTrigger> =>
  createTrigger(fleet.admin, {
    kind: 'webhook',
    name: 'Orders',
    workflowId,
    settings: {},
    maxPerMinute: null,
    ...more,
  });
const secretOf = ({ secret }: CreatedTrigger) => secret ?? '';

test('a signed message becomes one job, with its body as the inputs; again it is the same answer and no second job', async () => {
  const made = await create({ priority: 15, reference: 'order ${payload.body.name}' });
  const message = sign(secretOf(made), { name: 'Ada', amount: 3 });
  const first = await send(fleet, made.trigger, message);
  expect(first.status).toBe(202);
  const again = await send(fleet, made.trigger, message);
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(again.headers.get('x-repeated')).toBe('true');
  const [delivery, ...others] = await deliveriesOf(fleet.admin, made.trigger.id);
  expect(others).toEqual([]);
  expect(delivery).toMatchObject({
    state: 'accepted',
    messageId: message.id,
    jobId: first.body['jobId'],
    jobState: 'pending',
  });
  const job = (await fleet.admin('GET', `/jobs/${delivery?.jobId}`)).body;
  expect(job).toMatchObject({ priority: 15, reference: 'order Ada', input: { name: 'Ada', amount: 3 } });
  expect(job['input']).toMatchObject({ payload: { body: { name: 'Ada', amount: 3 }, messageId: message.id } });
  const events = await query<{ type: string }>(
    fleet,
    sql`
    select type from events where subject_id in (${made.trigger.id}::uuid, ${delivery?.jobId}::uuid) order by seq`,
  );
  expect(events.map(({ type }) => type)).toEqual(['trigger.created', 'job.created', 'trigger.delivered']);
});

test('of twenty requests with the same id at once one makes the job and all hear of it', async () => {
  const made = await create();
  const message = sign(secretOf(made), { name: 'x' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(fleet, made.trigger, message)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body['jobId'])).size).toBe(1);
  expect(await deliveriesOf(fleet.admin, made.trigger.id)).toHaveLength(1);
});

test('an id that comes again with another content is refused', async () => {
  const made = await create();
  const id = `msg_${randomUUID()}`;
  await send(fleet, made.trigger, sign(secretOf(made), { name: 'a' }, { id }));
  const other = await send(fleet, made.trigger, sign(secretOf(made), { name: 'b' }, { id }));
  expect(other.body).toMatchObject({ error: { code: 'IDEMPOTENCY_MISMATCH' } });
});

test('while a secret is exchanged both are taken, afterwards the new one alone', async () => {
  const made = await create();
  const rotate = (body: Record<string, unknown>) =>
    fleet.admin<CreatedTrigger>('POST', `/triggers/${made.trigger.id}/rotate-secret`, body);
  const { body: next } = await rotate({ overlapHours: 1 });
  expect(secretOf(next)).toMatch(/^whsec_/);
  expect((await send(fleet, made.trigger, sign(secretOf(made), { name: 'old' }))).status).toBe(202);
  expect((await send(fleet, made.trigger, sign(secretOf(next), { name: 'new' }))).status).toBe(202);
  // A sender that signs with both.
  const both = sign(secretOf(next), { name: 'both' }, { id: 'msg_both' });
  const foreign = sign(`whsec_${Buffer.alloc(32, 1).toString('base64')}`, { name: 'both' }, { id: 'msg_both' });
  const signature = `${foreign.signature} ${both.signature}`;
  expect((await send(fleet, made.trigger, { ...both, signature })).status).toBe(202);
  const { body: last } = await rotate({ overlapHours: 0 });
  for (const secret of [secretOf(made), secretOf(next)])
    expect((await send(fleet, made.trigger, sign(secret, { name: 'old' }))).status).toBe(401);
  expect((await send(fleet, made.trigger, sign(secretOf(last), { name: 'last' }))).status).toBe(202);
});

test('secrets stand sealed in the database and are shown once', async () => {
  const made = await create();
  const shown = (await fleet.admin('GET', `/triggers/${made.trigger.id}`)).body;
  const dump = await query(fleet, sql`select t.id, t.secret_names, t.settings, t.state from triggers t`);
  const secret = secretOf(made).slice('whsec_'.length);
  expect(JSON.stringify([shown, dump])).not.toContain(secret);
  expect(shown['secretNames']).toEqual(['signing']);
  await expect(query(fleet, sql`select sealed from triggers`)).rejects.toThrow('permission denied');
});

describe('other schemes', () => {
  test('GitHub: the signature over the body; the same body is the same message', async () => {
    const made = await create({ settings: { scheme: 'github' }, secrets: { signing: 'a secret of the repository' } });
    expect(made.secret).toBeNull();
    const body = JSON.stringify({ name: 'push' });
    const hmac = (text: string, key = 'a secret of the repository') =>
      `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
    const go = (signature: string, delivery: string) =>
      post(fleet, made.trigger, body, { 'x-hub-signature-256': signature, 'x-github-delivery': delivery });
    expect((await go(hmac(body), 'one')).status).toBe(202);
    expect((await go(hmac(body), 'two')).headers.get('x-repeated')).toBe('true');
    expect((await go(hmac(`${body} `), 'three')).status).toBe(401);
    expect((await go(hmac(body, 'another one'), 'four')).status).toBe(401);
    expect((await go(hmac(body).toUpperCase(), 'five')).status).toBe(401);
    expect(await deliveriesOf(fleet.admin, made.trigger.id)).toHaveLength(1 + 3);
  });

  test('a key in a header, and a header that says which message it is', async () => {
    const made = await create({ settings: { scheme: 'key', keyHeader: 'X-Shop-Key', messageIdHeader: 'X-Event-Id' } });
    const key = secretOf(made);
    const go = (headers: Record<string, string>) => post(fleet, made.trigger, '{"name":"x"}', headers);
    expect((await go({ 'x-shop-key': key, 'x-event-id': '1' })).status).toBe(202);
    expect((await go({ 'x-shop-key': key, 'x-event-id': '1' })).headers.get('x-repeated')).toBe('true');
    expect((await go({ 'x-shop-key': key, 'x-event-id': '2' })).headers.get('x-repeated')).toBeNull();
    expect((await go({ 'x-shop-key': `${key}x` })).status).toBe(401);
    expect((await go({})).status).toBe(401);
    const [delivery] = await deliveriesOf(fleet.admin, made.trigger.id);
    const detail = (await fleet.admin<DeliveryDetail>('GET', `/trigger-deliveries/${delivery?.id}`)).body;
    expect(JSON.stringify(detail)).not.toContain(key);
  });

  test('without any only when that was said twice, and it is marked', async () => {
    const refused = await fleet.admin('POST', '/triggers', {
      kind: 'webhook',
      name: 'x',
      workflowId,
      settings: { scheme: 'none' },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    const { trigger, secret } = await create({ settings: { scheme: 'none', allowUnsigned: true } });
    expect([trigger.unsigned, secret]).toEqual([true, null]);
    expect((await post(fleet, trigger, '{"name":"x"}')).status).toBe(202);
  });
});

describe('what is taken', () => {
  const unsigned = (more: Partial<Webhook['settings']> = {}, rest: Partial<Webhook> = {}) =>
    create({ settings: { scheme: 'none', allowUnsigned: true, ...more }, ...rest });

  test('JSON, forms and text; nothing else, nothing too large, nothing too deep', async () => {
    const { trigger } = await unsigned({ maxBytes: 20_000 }, { input: { payload: '${payload.body}' } });
    const inputOf = async (body: string, type: string) => {
      const { status, body: answer } = await post(fleet, trigger, body, { 'content-type': type });
      if (status !== 202) return status;
      return (
        (await fleet.admin('GET', `/jobs/${answer['jobId'] as string}`)).body['input'] as Record<string, unknown>
      )['payload'];
    };
    expect(await inputOf('[1,2]', 'application/json; charset=utf-8')).toEqual([1, 2]);
    expect(await inputOf('a=1&a=2&b=ä', 'application/x-www-form-urlencoded')).toEqual({ a: ['1', '2'], b: 'ä' });
    expect(await inputOf('hello', 'text/plain')).toBe('hello');
    expect(await inputOf('{"a"', 'application/json')).toBe(400);
    expect(await inputOf('x', 'image/png')).toBe(415);
    expect(await inputOf(JSON.stringify('x'.repeat(20_000)), 'application/json')).toBe(413);
    expect(await inputOf('['.repeat(5000), 'application/json')).toBe(400);
    const zipped = await post(fleet, trigger, '{}', { 'content-encoding': 'gzip' });
    expect(zipped.status).toBe(415);
    const unknown = await fetch(`${fleet.url}/hooks/${'x'.repeat(32)}`, { method: 'POST', body: '{}' });
    expect(unknown.status).toBe(404);
  });

  test('a schema of the body, a filter, and inputs that do not fit', async () => {
    const { trigger } = await unsigned(
      { bodySchema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
      {
        filter: '${payload.body.amount > 10}',
        input: { name: '${payload.body.name}', amount: '${payload.body.amount}' },
      },
    );
    const go = (body: unknown) => post(fleet, trigger, JSON.stringify(body));
    expect(await go({ name: 1 })).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION' } } });
    expect(await go({ name: 'few', amount: 3 })).toMatchObject({ status: 200, body: { state: 'filtered' } });
    expect((await go({ name: 'many', amount: 30 })).status).toBe(202);
    const wrong = await unsigned({}, { input: { amount: '${payload.body.amount}' } });
    expect(await post(fleet, wrong.trigger, '{"amount":"many"}')).toMatchObject({
      status: 422,
      body: { state: 'refused', error: { code: 'INPUT_INVALID' } },
    });
    const [refused] = await deliveriesOf(fleet.admin, wrong.trigger.id);
    expect(refused).toMatchObject({ state: 'refused', jobId: null, reason: { code: 'INPUT_INVALID' } });
    const tried = await fleet.admin('POST', `/triggers/${trigger.id}/try`, {
      payload: { body: { name: 'x', amount: 11 } },
    });
    expect(tried.body).toMatchObject({ outcome: 'accepted', input: { name: 'x', amount: 11 } });
  });

  test('so many in a minute, so many open jobs; who is refused may come again with the same message', async () => {
    const slow = await unsigned({ messageIdHeader: 'x-id' }, { maxPerMinute: 2 });
    const go = (id: string) => post(fleet, slow.trigger, '{}', { 'x-id': id });
    expect([(await go('1')).status, (await go('2')).status]).toEqual([202, 202]);
    const third = await go('3');
    expect([third.status, Number(third.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await deliveriesOf(fleet.admin, slow.trigger.id)).toHaveLength(2);

    const few = await unsigned({ messageIdHeader: 'x-id' }, { maxOpenJobs: 1, robotId: robot.id });
    const ask = (id: string) => post(fleet, few.trigger, '{}', { 'x-id': id });
    const answers = await Promise.all(['a', 'b', 'c'].map(ask));
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['202', '429', '429']);
    const refused = ['a', 'b', 'c'][answers.findIndex(({ status }) => status === 429)] ?? '';
    for (const { body } of answers)
      if (body['jobId']) await fleet.admin('POST', `/jobs/${body['jobId'] as string}/cancel`);
    expect((await ask(refused)).status).toBe(202);
  });

  test('a trigger that is off takes nothing and loses nothing; deleted, it is gone', async () => {
    const made = await create();
    const message = sign(secretOf(made), { name: 'x' });
    const set = (enabled: boolean) => fleet.admin('PUT', `/triggers/${made.trigger.id}/enabled`, { enabled });
    await set(false);
    expect((await send(fleet, made.trigger, message)).status).toBe(503);
    await set(true);
    expect((await send(fleet, made.trigger, message)).status).toBe(202);
    expect((await fleet.admin('DELETE', `/triggers/${made.trigger.id}`)).status).toBe(204);
    expect((await send(fleet, made.trigger, message)).status).toBe(404);
  });
});

describe('the answer', () => {
  const finish = async (output: Record<string, unknown>) => {
    const job = await waitFor(async () => (await robot.claim())[0], { until: 'the job is there' });
    await robot.report(job, 'complete', { output });
  };
  const drain = async () => {
    for (const job of await jobsOf(fleet.admin, workflowId))
      if (job.state === 'pending') await fleet.admin('POST', `/jobs/${job.id}/cancel`);
  };

  test('waits for the end of the job and is what the workflow says', async () => {
    await drain();
    const made = await create({ settings: { answerSeconds: 20 } });
    const message = sign(secretOf(made), { name: 'x' });
    const asked = send(fleet, made.trigger, message);
    const headers = { 'x-order': '7', 'set-cookie': 'a=b', location: '/orders/7' };
    await finish({ responseStatus: 201, responseHeaders: headers, responseBody: { id: 7 } });
    const answer = await asked;
    expect([answer.status, answer.body]).toEqual([201, { id: 7 }]);
    expect(answer.headers.get('x-order')).toBe('7');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    // The same message hears the same.
    expect((await send(fleet, made.trigger, message)).body).toEqual({ id: 7 });
  });

  test('says where to ask when the job takes longer, and what became of one that failed', async () => {
    await drain();
    const made = await create({ settings: { answerSeconds: 0.1 } });
    const answer = await send(fleet, made.trigger, sign(secretOf(made), { name: 'x' }));
    expect(answer.status).toBe(202);
    const path = String(answer.body['answer']);
    expect((await fetch(`${fleet.url}${path}`)).status).toBe(202);
    await finish({ total: 3 });
    const later = await fetch(`${fleet.url}${path}`);
    expect([later.status, await later.json()]).toEqual([200, { total: 3 }]);
    expect((await fetch(`${fleet.url}${path}x`)).status).toBe(404);

    const patient = await create({ settings: { answerSeconds: 20 } });
    const failing = send(fleet, patient.trigger, sign(secretOf(patient), { name: 'y' }));
    const job = await waitFor(async () => (await robot.claim())[0], { until: 'the job is there' });
    await robot.report(job, 'fail', { error: { code: 'THROWN', message: 'a secret of the house' } });
    const { status: failed, body } = await failing;
    const text = JSON.stringify(body);
    expect([failed, text]).toEqual([502, expect.stringContaining('THROWN')]);
    expect(text).not.toContain('secret of the house');
  });
});

test('a delivery can be done again by hand, as the trigger is now, and people see who did it', async () => {
  const made = await create({ input: { name: '${payload.body.nam}', amount: '${payload.body.amount}' } });
  await send(fleet, made.trigger, sign(secretOf(made), { name: 'Ada', amount: 'x' }));
  const refused = one(await deliveriesOf(fleet.admin, made.trigger.id));
  expect(refused.state).toBe('refused');
  const { name, settings, kind } = { ...made.trigger, kind: 'webhook' } as Trigger;
  const mended = await fleet.admin('PUT', `/triggers/${made.trigger.id}`, {
    kind,
    name,
    settings,
    workflowId,
    input: { name: '${payload.body.name}' },
  });
  expect(mended.status).toBe(200);
  const key = { 'idempotency-key': randomUUID() };
  const replay = () => fleet.admin<Delivery>('POST', `/trigger-deliveries/${refused.id}/replay`, undefined, key);
  const [first, second] = [await replay(), await replay()];
  expect(first.body).toMatchObject({ state: 'accepted', replayOf: refused.id });
  expect(second.body).toEqual(first.body);
  const [last] = await jobsOf(fleet.admin, workflowId);
  expect(last).toMatchObject({ id: first.body.jobId, input: { name: 'Ada' } });
  // The secret is still the one it was.
  expect((await send(fleet, made.trigger, sign(secretOf(made), { name: 'Bob' }))).status).toBe(202);
});
