import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Keeps what is in sight in its place when rows appear or go above it: the first visible row stays where it was. At the very top nothing is held, so
 * that new rows show there.
 */
export function useScrollAnchor(
  scroller: RefObject<HTMLElement | null>,
  keys: readonly string[],
  rowHeight: number,
): void {
  const anchor = useRef<{ key: string; index: number }>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    const held = anchor.current;
    if (!element) return;
    if (held && element.scrollTop > 0 && keys[held.index] !== held.key) {
      const index = keys.indexOf(held.key);
      if (index !== -1) element.scrollBy(0, (index - held.index) * rowHeight);
    }
  }, [scroller, keys, rowHeight]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const remember = () => {
      const index = Math.floor(element.scrollTop / rowHeight);
      const key = keys[index];
      anchor.current = key === undefined ? undefined : { key, index };
    };
    remember();
    element.addEventListener('scroll', remember, { passive: true });
    return () => element.removeEventListener('scroll', remember);
  }, [scroller, keys, rowHeight]);
}
