import { type KeyboardEvent, useRef, useState } from 'react';

/** Which rows are ticked, by key. */
export interface TableSelection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
}

interface TableKeysOptions<Row> {
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  selection?: TableSelection | undefined;
  onOpen?: ((row: Row) => void) | undefined;
  scrollTo: (index: number) => void;
  /** Rows a page key moves. */
  page: () => number;
}

/** Keyboard and ticks of a table: one tab stop, arrows walk, Space ticks, Enter opens. The focused row is held by key, not by place. */
export function useTableKeys<Row>({ rows, rowKey, selection, onOpen, scrollTo, page }: TableKeysOptions<Row>) {
  const [focused, setFocused] = useState<string>();
  const anchor = useRef<string>(undefined);
  const indexOf = (key: string | undefined) => (key === undefined ? -1 : rows.findIndex((row) => rowKey(row) === key));

  const tick = (key: string) => {
    if (!selection) return;
    const next = new Set(selection.keys);
    if (!next.delete(key)) next.add(key);
    anchor.current = key;
    selection.onChange(next);
  };
  const tickRange = (key: string) => {
    if (!selection) return;
    const from = indexOf(anchor.current);
    const to = indexOf(key);
    if (from === -1 || to === -1) {
      tick(key);
      return;
    }
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(rowKey);
    selection.onChange(new Set([...selection.keys, ...range]));
  };
  const moveTo = (index: number, from: HTMLElement) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    const key = rowKey(row);
    setFocused(key);
    scrollTo(rows.indexOf(row));
    const grid = from.closest('[role=grid]');
    // The row may not be drawn before the scroll has happened.
    requestAnimationFrame(() => grid?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(key)}"]`)?.focus());
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const key = event.currentTarget.dataset.rowKey;
    if (key === undefined || event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey)
      return;
    const at = indexOf(key);
    const target = destination(event.key, at, rows.length, page());
    if (target !== undefined) moveTo(target, event.currentTarget);
    else if (event.key === ' ' && selection) tick(key);
    else if (event.key === 'Enter' && onOpen && rows[at] !== undefined) onOpen(rows[at]);
    else return;
    event.preventDefault();
  };

  const focusedIndex = indexOf(focused);
  return {
    onKeyDown,
    tick,
    tickRange,
    focusKey: setFocused,
    tabIndexOf: (key: string, index: number) => (key === focused || (focusedIndex === -1 && index === 0) ? 0 : -1),
  };
}

function destination(key: string, at: number, count: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
