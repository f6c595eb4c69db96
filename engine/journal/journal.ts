import type { StepRow } from '@casare/shared';

/** A row before the journal numbers it. */
export type NewStepRow = Omit<StepRow, 'seq'>;

/** Where a run writes down what it did, in order; memory, SQLite and the robot's journal pass the same contract suite. */
export interface Journal {
  /** Rows of earlier attempts in order, verified and with everything that was sealed. Throws JOURNAL_CORRUPT. */
  load(): readonly StepRow[];
  /**
   * Numbers the row and keeps it; durable only after `flush`. `shown` stands for a row that holds secrets, without them: a journal that outlives the
   * process writes that, and seals the rest under the key of the run.
   */
  append(row: NewStepRow, shown?: NewStepRow): StepRow;
  /**
   * Makes every appended row durable. `effect`: a step that must not happen twice is about to act, so the rows must be safe
   * everywhere they have to be (a robot's journal waits until the orchestrator has them too). Returns nothing where it is done at once.
   */
  flush(reason: 'batch' | 'effect'): void | Promise<void>;
  close(): void | Promise<void>;
}
