import { type ActivityItem, type activityQuerySchema, AppError, EVENT_TYPES, type EventType } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import { readSubjects } from '../events/show-events.ts';
import type { Caller } from '../keys/verify.ts';
import { sentenceOf } from './sentences.ts';

interface Row {
  seq: number;
  type: EventType;
  ts: Date;
  subject_id: string;
  data: Record<string, unknown> | null;
}

/** So many of the newest events are searched; without a bound a rare type would read all of them. */
const mostSearched = 200_000;

/** What happened in the workspace, newest first, in words. */
export async function listActivity(
  context: Context,
  caller: Caller,
  query: z.output<typeof activityQuerySchema>,
): Promise<{ items: ActivityItem[]; nextCursor: string | null }> {
  const types = typesOf(query.type);
  const before = cursorOf(query.cursor);
  const rows = await oneInTenant<Row>(
    context.database.pool,
    caller.tenantId,
    sql`
      select seq, type, ts, subject_id, data from (
        select seq, type, ts, subject_id, data, workspace_id from events
        where (${before}::bigint is null or seq < ${before}::bigint) order by seq desc limit ${mostSearched}::int
      ) e
      where workspace_id = ${caller.workspaceId}::uuid and (${types}::text[] is null or type = any(${types}::text[]))
        and (${query.since ?? null}::timestamptz is null or ts >= ${query.since ?? null}::timestamptz)
      order by seq desc limit ${query.limit + 1}::int`,
  );
  const page = rows.slice(0, query.limit);
  const subjects = await readSubjects(
    context.database.system,
    page.map(({ type, subject_id }) => ({ tenant_id: caller.tenantId, type, subject_id })),
  );
  return {
    items: page.map(({ seq, type, ts, subject_id: subjectId, data }) => ({
      seq,
      at: ts.toISOString(),
      type,
      sentence: sentenceOf(type, subjects.get(subjectId), data ?? {}),
      kind: type.slice(0, type.indexOf('.')),
      subjectId,
    })),
    nextCursor: rows.length > page.length ? String(page.at(-1)?.seq) : null,
  };
}

function cursorOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('VALIDATION', 'This cursor is not one of this list. Start without one.', {
    details: { issues: [{ path: 'query.cursor', message: 'not a cursor' }] },
  });
}

/** Names of types, and kinds for all of their types. */
function typesOf(text: string | undefined): string[] | null {
  if (text === undefined || text === '') return null;
  return text.split(',').flatMap((word) => {
    const wanted = word.trim();
    const found = EVENT_TYPES.filter((type) => type === wanted || type.startsWith(`${wanted}.`));
    if (found.length > 0) return found;
    const kinds = [...new Set(EVENT_TYPES.map((type) => type.slice(0, type.indexOf('.'))))];
    throw new AppError('VALIDATION', `"${wanted}" is no type of an event. Kinds: ${kinds.join(', ')}.`, {
      details: { issues: [{ path: 'query.type', message: 'unknown type' }] },
    });
  });
}
