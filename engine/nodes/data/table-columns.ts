import { AppError } from '@casare/shared';

import type { Row } from './rows.ts';

/** All columns of a table in the order they first appear. */
export function columnsOf(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

export function requireColumns(rows: readonly Row[], wanted: readonly string[]): void {
  if (rows.length === 0) return;
  const known = new Set(columnsOf(rows));
  const missing = wanted.find((name) => !known.has(name));
  if (missing !== undefined)
    throw new AppError(
      'DATA_FORMAT',
      `The table has no column "${missing}". It has: ${[...known].slice(0, 50).join(', ')}.`,
      {
        details: { column: missing, columns: [...known].slice(0, 200) },
      },
    );
}
