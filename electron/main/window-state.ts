import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
});
const stateSchema = z.object({ bounds: boundsSchema, isMaximized: z.boolean() });

type Bounds = z.infer<typeof boundsSchema>;
export type WindowState = z.infer<typeof stateSchema>;

/** Undefined when nothing was kept, it cannot be read, or no screen shows that place any more. */
export function readWindowState(path: string, screens: readonly Bounds[]): WindowState | undefined {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return screens.some((screen) => canGrab(state.bounds, screen)) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** At once, because the window is closing; a failure costs only the place of the window. */
export function keepWindowState(path: string, state: WindowState): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, JSON.stringify(state));
    renameSync(`${path}.tmp`, path);
  } catch {
    // The next start opens at the default place.
  }
}

/** At least 100 × 40 points of the title bar lie on the screen. */
function canGrab(window: Bounds, screen: Bounds): boolean {
  const across = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return across >= 100 && window.y >= screen.y - 10 && window.y + 40 <= screen.y + screen.height;
}
