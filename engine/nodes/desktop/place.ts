import type { DesktopArea, DesktopPoint } from '../../resources/desktop.ts';

/** Where something was seen on the screen. */
export interface Place extends DesktopArea {
  /** 0–1. */
  score: number;
  /** What was read there; empty for pictures. */
  text: string;
}

export function middleOf({ x, y, width, height }: DesktopArea): DesktopPoint {
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
}
