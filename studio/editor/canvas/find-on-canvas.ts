import type { Point } from '../store/changes.ts';

/** Wire under a point of the screen. */
export function wireAt(screen: Point): string | undefined {
  for (const element of document.elementsFromPoint(screen.x, screen.y)) {
    const id = element.closest('.react-flow__edge')?.getAttribute('data-id');
    if (id) return id;
  }
  return undefined;
}

/** Step, frame or note under a point of the screen, as the canvas names it. */
export function itemAt(screen: Point): string | undefined {
  for (const element of document.elementsFromPoint(screen.x, screen.y)) {
    const id = element.closest('.react-flow__node')?.getAttribute('data-id');
    if (id) return id;
  }
  return undefined;
}

let split: Element | undefined;

/** Marks the wire that would be cut by dropping here. */
export function showSplit(edgeId: string | undefined): void {
  split?.classList.remove('wire-split');
  split = edgeId
    ? (document.querySelector(`.react-flow__edge[data-id="${CSS.escape(edgeId)}"]`) ?? undefined)
    : undefined;
  split?.classList.add('wire-split');
}

export function pointOf(event: MouseEvent | TouchEvent): Point {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : undefined;
  const at = touch ?? (event as MouseEvent);
  return { x: at.clientX, y: at.clientY };
}
