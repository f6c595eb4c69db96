import type { StepRow } from '@casare/shared';
import type { Journal, NewStepRow } from './journal.ts';

/** A journal that lives as long as the process; `rows` begins it with what an earlier attempt left. */
export function createMemoryJournal(rows: readonly StepRow[] = []): Journal & { readonly rows: readonly StepRow[] } {
  const kept: StepRow[] = [...rows];
  return {
    rows: kept,
    load: () => kept,
    append(row: NewStepRow) {
      // The row is handed over by the engine and never used again, so it is numbered in place: a copy would double the cost of a step.
      const numbered = row as StepRow;
      numbered.seq = kept.length + 1;
      kept.push(numbered);
      return numbered;
    },
    flush: () => undefined,
    close: () => undefined,
  };
}
