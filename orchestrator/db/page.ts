import { AppError } from '@casare/shared';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A cursor of a list ordered by id. */
export function cursorOf(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (!uuid.test(cursor))
    throw new AppError('VALIDATION', 'This cursor is not one of this list. Start without one.', {
      details: { issues: [{ path: 'query.cursor', message: 'not a cursor' }] },
    });
  return cursor;
}

/** A page of a list ordered by id, of which one row more than the page takes was asked for. */
export function pageOfRows<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { items: page.map(toItem), nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
}
