import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Copy } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import { copyText } from './copy-text.ts';
import { type JsonPath, type JsonRow, jsonRows, pathText } from './json-rows.ts';

interface JsonViewProps {
  value: unknown;
  /** Accessible name. */
  label: string;
  /** Levels that are open at first. */
  openDepth?: number;
  /** Makes rows draggable: the text a row carries, e.g. an expression. */
  dragText?: (path: JsonPath) => string;
  /** Called when a row is picked by double click or Enter. */
  onPick?: (path: JsonPath) => void;
  className?: string;
}

/** A JSON value as a tree: collapsible, drawn only where seen, by keyboard like any tree. */
export function JsonView({ value, label, openDepth = 2, dragText, onPick, className }: JsonViewProps) {
  const { t } = useTranslation('ui');
  const scroller = useRef<HTMLDivElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const [focused, setFocused] = useState('$');
  const rows = useMemo(
    () => jsonRows(value, (id, depth) => depth < openDepth !== toggled.has(id), shown),
    [value, openDepth, toggled, shown],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  const toggle = (id: string) =>
    setToggled((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const activate = (row: JsonRow) => {
    if (row.kind === 'more') setShown((old) => new Map(old).set(pathText(row.path), row.value as number));
    else if (row.kind !== 'value') toggle(row.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => row.id === focused);
    const row = rows[at];
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    const go = (index: number) => {
      const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
      if (!target) return;
      setFocused(target.id);
      virtual.scrollToIndex(rows.indexOf(target));
    };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === 'ArrowRight') row.count > 0 && !row.open ? activate(row) : go(at + 1);
    else if (event.key === 'ArrowLeft') row.open ? toggle(row.id) : go(parentOf(rows, at));
    else if (event.key === 'Enter') onPick && row.kind !== 'more' ? onPick(row.path) : activate(row);
    else return;
    event.preventDefault();
  };
  const active = `${label}-${focused}`.replace(/\s/g, '_');
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active}
      onKeyDown={onKeyDown}
      className={classNames('min-h-0 flex-1 overflow-auto bg-inset py-1 font-mono text-xs', className)}
    >
      <div role="presentation" className="relative min-w-max" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={row.id}
              id={`${label}-${row.id}`.replace(/\s/g, '_')}
              role="treeitem"
              aria-level={row.depth + 1}
              aria-expanded={row.kind === 'value' || row.kind === 'more' ? undefined : row.open}
              aria-selected={row.id === focused}
              draggable={dragText !== undefined && row.kind !== 'more'}
              onDragStart={(event) => dragText && event.dataTransfer.setData('text/plain', dragText(row.path))}
              onClick={() => {
                setFocused(row.id);
                activate(row);
              }}
              onDoubleClick={() => row.kind !== 'more' && onPick?.(row.path)}
              style={{ transform: `translateY(${item.start}px)`, paddingLeft: 6 + row.depth * 14 }}
              className={classNames(
                'group absolute top-0 left-0 flex h-5 w-full items-center gap-1 pr-2 whitespace-pre hover:bg-hover',
                row.id === focused && 'bg-hover',
              )}
            >
              <RowText row={row} more={t('moreEntries', { count: row.count })} />
              {row.kind !== 'more' && (
                <button
                  type="button"
                  tabIndex={-1}
                  aria-label={t('copyValue')}
                  className="ml-1 rounded p-0.5 text-faint opacity-0 group-hover:opacity-100 hover:text-text"
                  onClick={(event) => {
                    event.stopPropagation();
                    void copyText(typeof row.value === 'string' ? row.value : JSON.stringify(row.value, null, 2));
                  }}
                >
                  <Copy size={12} aria-hidden />
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function RowText({ row, more }: { row: JsonRow; more: string }) {
  if (row.kind === 'more') return <span className="pl-4 text-accent">{more}</span>;
  const Chevron = row.open ? ChevronDown : ChevronRight;
  const [before, after] = row.kind === 'array' ? ['[', ']'] : ['{', '}'];
  return (
    <>
      {row.kind === 'value' ? (
        <span className="w-3" />
      ) : (
        <Chevron size={12} className="shrink-0 text-faint" aria-hidden />
      )}
      {row.name !== undefined && <span className="text-accent">{row.name}:</span>}
      {row.kind === 'value' ? (
        <Scalar value={row.value} />
      ) : (
        <span className="text-faint">
          {before}
          {row.count}
          {after}
        </span>
      )}
    </>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === 'string') {
    const text = value.length > 400 ? `${value.slice(0, 400)}…` : value;
    return <span className="text-ok">{JSON.stringify(text)}</span>;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return <span className="text-info">{String(value)}</span>;
  return <span className="text-warn">{String(value)}</span>;
}

function parentOf(rows: readonly JsonRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let i = at - 1; i >= 0; i--) if ((rows[i]?.depth ?? 0) < depth) return i;
  return 0;
}
