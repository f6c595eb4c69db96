/** Keeps a pane between its limits and leaves the other one at least `otherMin`; `total` 0 means not measured yet. */
export function clampPane(size: number, limits: { min: number; max: number; total: number; otherMin: number }): number {
  const room = limits.total > 0 ? Math.max(limits.min, limits.total - limits.otherMin) : limits.max;
  return Math.round(Math.min(Math.max(size, limits.min), limits.max, room));
}

/** How far an arrow key moves the bar; undefined when the key is not for it. */
export function keyStep(key: string, direction: 'row' | 'column', big: boolean): number | undefined {
  const step = big ? 64 : 16;
  if (key === (direction === 'row' ? 'ArrowLeft' : 'ArrowUp')) return -step;
  if (key === (direction === 'row' ? 'ArrowRight' : 'ArrowDown')) return step;
  return undefined;
}

export function readSize(storageKey: string | undefined, fallback: number): number {
  if (!storageKey) return fallback;
  try {
    const stored = Number(localStorage.getItem(`casare.pane.${storageKey}`));
    return Number.isFinite(stored) && stored > 0 ? stored : fallback;
  } catch {
    return fallback;
  }
}

export function writeSize(storageKey: string | undefined, size: number): void {
  if (!storageKey) return;
  try {
    localStorage.setItem(`casare.pane.${storageKey}`, String(size));
  } catch {
    // Storage can be blocked or full; the size then lasts as long as the page.
  }
}
