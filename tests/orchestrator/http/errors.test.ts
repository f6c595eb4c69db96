import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caller, type Fleet, makeDocument, publish, register, startFleet } from '../fleet.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet({ wrongKeysPerMinute: 5 });
});
afterAll(() => fleet[Symbol.asyncDispose]());

type ErrorBody = {
  error: { code: ErrorCode; message: string; details: Record<string, unknown>; requestId: string };
};

test.each([
  ['JSON that is broken', 'POST', '/jobs', '{"workflowId":', 400, 'VALIDATION'],
  ['a field nobody knows', 'POST', '/keys', { name: 'x', kind: 'robot', admin: true }, 400, 'VALIDATION'],
  ['a number as text', 'POST', '/jobs', { workflowId: randomUUID(), priority: '10' }, 400, 'VALIDATION'],
  ['nothing at all', 'POST', '/workflows', undefined, 400, 'VALIDATION'],
  ['a number that is too large', 'POST', '/jobs', { workflowId: randomUUID(), priority: 21 }, 400, 'VALIDATION'],
  ['a query nobody knows', 'GET', '/jobs?colour=red', undefined, 400, 'VALIDATION'],
  ['a state nobody knows', 'GET', '/jobs?state=lost', undefined, 400, 'VALIDATION'],
  ['a cursor of something else', 'GET', '/jobs?cursor=12', undefined, 400, 'VALIDATION'],
  ['an id that is none', 'GET', '/jobs/12', undefined, 404, 'NOT_FOUND'],
  ['a path that is none', 'GET', '/nothing/here', undefined, 404, 'NOT_FOUND'],
  [
    'a body that is too large',
    'POST',
    '/keys',
    { name: 'x'.repeat(2_000_000), kind: 'robot' },
    413,
    'PAYLOAD_TOO_LARGE',
  ],
  ['a key that lives too long', 'POST', '/keys', { name: 'x', kind: 'admin', expiresInDays: 91 }, 400, 'VALIDATION'],
  ['a workflow nobody knows', 'POST', '/jobs', { workflowId: randomUUID() }, 404, 'NOT_FOUND'],
  ['a text with NUL', 'POST', '/keys', { name: 'a\u0000b', kind: 'robot' }, 400, 'VALIDATION'],
] as const)('%s is refused in the one shape of errors', async (_name, method, path, body, status, code) => {
  const answer = await fleet.admin<ErrorBody>(method, path, body);
  expect(answer.body).toEqual({
    error: { code, message: expect.any(String), details: expect.any(Object), requestId: expect.any(String) },
  });
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|select |insert /);
});

test('a document with errors is refused with all of them', async () => {
  const document = makeDocument({
    nodes: [{ id: 'a', type: 'no.such' }],
    edges: [{ id: 'e', from: { node: 'a', port: 'out' }, to: { node: 'b', port: 'in' } }],
  } as never);
  const { status, body } = await fleet.admin<ErrorBody>('POST', '/workflows', { document });
  expect(status).toBe(422);
  expect(body.error.code).toBe('WORKFLOW_INVALID');
  const codes = (body.error.details['problems'] as { code: string }[]).map((problem) => problem.code);
  expect(codes).toEqual(expect.arrayContaining(['UNKNOWN_NODE', 'DANGLING_EDGE', 'NO_START']));
});

test('inputs that do not fit the workflow are refused', async () => {
  const workflowId = await publish(fleet.admin, {
    id: 'inputs',
    inputs: [{ name: 'month', type: 'number', required: true }],
  } as never);
  for (const input of [{}, { month: 'May' }, { month: 5, year: 2026 }]) {
    const { body } = await fleet.admin<ErrorBody>('POST', '/jobs', { workflowId, input });
    expect(body.error.code).toBe('INPUT_INVALID');
  }
  expect((await fleet.admin('POST', '/jobs', { workflowId, input: { month: 5 } })).status).toBe(201);
});

test('JSON that is nested without end is refused', async () => {
  const robot = await register(fleet.robot);
  const depth = 100_000;
  const body = `{"fence":1,"lastStepSeq":0,"output":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const answer = await fleet.robot<ErrorBody>('POST', `/jobs/${robot.id}/complete`, body);
  expect(answer.body.error.code).toBe('VALIDATION');
});

test('who tries many wrong keys has to wait, and is told how long', async () => {
  const guess = caller(fleet.url, 'wrong');
  const codes: number[] = [];
  for (let i = 0; i < 7; i++) codes.push((await guess('GET', '/me')).status);
  expect(codes.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
  const refused = await guess('GET', '/me');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
});
