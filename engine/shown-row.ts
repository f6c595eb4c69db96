import type { StepRow } from '@casare/shared';
import type { NewStepRow } from './journal/journal.ts';
import type { Redactor } from './redact.ts';

/**
 * The row as people may see it; undefined when it holds nothing that they may not. What a browser keeps (sessions, addresses, forms) is secret as
 * a whole.
 */
export function shownRow(row: NewStepRow, redactor: Redactor): NewStepRow | undefined {
  if (row.kind === 'state') return row.data === undefined ? undefined : { ...row, data: undefined };
  if (!redactor.active) return undefined;
  let shown: NewStepRow | undefined;
  for (const name of ['output', 'vars', 'error', 'data'] as const) {
    const part: StepRow[typeof name] = row[name];
    if (part === undefined) continue;
    const masked = redactor.value(part);
    if (masked !== part) shown = { ...(shown ?? row), [name]: masked };
  }
  return shown;
}
