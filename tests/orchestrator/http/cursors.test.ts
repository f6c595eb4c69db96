import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCursors } from '../../../orchestrator/http/cursors.ts';

const cursors = createCursors(Buffer.alloc(32, 1));
const place = randomUUID();
const cursor = cursors.sign('/jobs', 'a', place);

test('a cursor leads back to its place', () => {
  expect(cursor).not.toBe(place);
  expect(cursors.open('/jobs', 'a', cursor)).toBe(place);
});

test.each([
  ['one that somebody made up', () => cursors.open('/jobs', 'a', place)],
  ['of another list', () => cursors.open('/tasks', 'a', cursor)],
  ['of another tenant', () => cursors.open('/jobs', 'b', cursor)],
  ['of another server', () => createCursors(Buffer.alloc(32, 2)).open('/jobs', 'a', cursor)],
  ['that was changed', () => cursors.open('/jobs', 'a', `${randomUUID()}${cursor.slice(36)}`)],
  ['without an end', () => cursors.open('/jobs', 'a', cursor.slice(0, -1))],
  ['that is empty', () => cursors.open('/jobs', 'a', '')],
])('one %s is refused', (_, open) => {
  expect(open).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});
