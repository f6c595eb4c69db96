import type { StepRow } from '@casare/shared';
import { expect } from 'vitest';

/** No step that had finished ran again, and the journal has no gap. */
export function expectEachStepOnce(steps: readonly StepRow[]): void {
  expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, i) => i + 1));
  const finished = steps.filter(({ kind }) => kind === 'finished').map(({ path }) => path);
  expect(finished.toSorted()).toEqual([...new Set(finished)].toSorted());
}
