import type { Robot } from '@casare/shared';
import { useState } from 'react';
import { inOrder, sameOrder } from './stable-order.ts';

/**
 * Keeps the order of rows while somebody is at the table (`frozen`), so that a row does not slip away under the pointer because its CPU changed;
 * the values in the rows stay live. A change of filter or sort (`view`) orders afresh.
 */
export function useStableOrder(robots: readonly Robot[], frozen: boolean, view: string): readonly Robot[] {
  const [kept, setKept] = useState<{ view: string; ids: readonly string[] }>({ view, ids: [] });
  if (frozen && kept.view === view) return inOrder(robots, kept.ids);
  if (kept.view !== view || !sameOrder(robots, kept.ids)) setKept({ view, ids: robots.map((robot) => robot.id) });
  return robots;
}
