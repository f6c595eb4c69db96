import { AppError } from '@casare/shared';
import { expect, test } from 'vitest';
import { allPages, queryText } from '../../../studio/fleet/fleet-requests.ts';
import { readReply } from '../../../studio/fleet/read-reply.ts';

function thrownBy(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was thrown');
}

test('a success is its body', () => {
  expect(readReply(200, { a: 1 })).toEqual({ a: 1 });
  expect(readReply(204, null)).toBeNull();
});

test('an error body becomes the error it was, with its status', () => {
  const body = {
    error: { code: 'CONFLICT', message: 'It has ended.', details: { state: 'completed' }, requestId: 'r' },
  };
  expect(thrownBy(() => readReply(409, body))).toMatchObject({
    code: 'CONFLICT',
    message: 'It has ended.',
    status: 409,
    details: { state: 'completed' },
  });
});

test.each([
  [502, '<html>'],
  [500, { error: 'text' }],
  [404, { error: { code: 'MADE_UP', message: 'x' } }],
  [503, null],
])('an answer of something that is no orchestrator (%d) says so', (status, body) => {
  expect(thrownBy(() => readReply(status, body)).code).toBe('UNREACHABLE');
});

test('a query leaves out what is not set and escapes the rest', () => {
  expect(queryText({ a: undefined, b: null, c: '', d: 'x & y', e: 0 })).toBe('?d=x+%26+y&e=0');
  expect(queryText({})).toBe('');
});

test('all pages of a list are loaded, each once', async () => {
  const asked: unknown[] = [];
  const items = await allPages(async ({ cursor }) => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    return { items: [at], nextCursor: at < 3 ? String(at + 1) : null };
  });
  expect(items).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual([null, '1', '2', '3']);
});
