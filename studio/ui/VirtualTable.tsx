import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from './Checkbox.tsx';
import { classNames } from './class-names.ts';
import { useScrollAnchor } from './use-scroll-anchor.ts';
import { type TableSelection, useTableKeys } from './use-table-keys.ts';
import { type SortOrder, TableHeader } from './TableHeader.tsx';
import { leastWidth } from './least-width.ts';

export type { SortOrder } from './TableHeader.tsx';

export interface TableColumn<Row> {
  id: string;
  header: string;
  /** CSS grid track, e.g. `120px` or `minmax(160px,2fr)`. */
  width: string;
  align?: 'start' | 'end';
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
}

export interface VirtualTableProps<Row> {
  /** Accessible name. */
  label: string;
  rows: readonly Row[];
  columns: readonly TableColumn<Row>[];
  rowKey: (row: Row) => string;
  rowHeight?: number;
  /** Key of the row whose details are open. */
  openKey?: string | undefined;
  /** Click, Enter or a double click on a row. */
  onOpen?: (row: Row, how: 'click' | 'enter' | 'double') => void;
  sort?: SortOrder | undefined;
  onSort?: (sort: SortOrder) => void;
  /** Ticked rows; Space ticks the focused one, Shift+click a range. */
  selection?: TableSelection;
  /** Names a row for its tick box. */
  rowName?: (row: Row) => string;
  loading?: boolean;
  /** Shown when there are no rows. */
  empty?: ReactNode;
  /** Called when the end comes near, to load more. */
  onEndReached?: () => void;
  className?: string;
}

/**
 * A grid that draws only the rows in sight. Rows keep their place by key: a change to a row, a new row or a re-render moves neither the
 * scroll position nor the focus nor the ticks.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, columns, rowKey, rowHeight = 34, openKey, onOpen, selection, rowName, loading, empty } = props;
  const { t } = useTranslation('ui');
  const scroller = useRef<HTMLDivElement>(null);
  // Callers write `rowKey` in place; only new rows are worth walking all of them again.
  const keyOf = useRef(rowKey);
  keyOf.current = rowKey;
  const rowKeys = useMemo(() => rows.map((row) => keyOf.current(row)), [rows]);
  useScrollAnchor(scroller, rowKeys, rowHeight);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: 32,
    getItemKey: (index) => (rows[index] === undefined ? index : rowKey(rows[index])),
  });
  const keys = useTableKeys({
    rows,
    rowKey,
    selection,
    onOpen: onOpen && ((row) => onOpen(row, 'enter')),
    scrollTo: (index) => virtual.scrollToIndex(index),
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 2),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { onEndReached } = props;
  useEffect(() => {
    if (onEndReached && rows.length > 0 && last >= rows.length - 10) onEndReached();
  }, [last, rows.length, onEndReached]);

  const template = `${selection ? '34px ' : ''}${columns.map((column) => column.width).join(' ')}`;
  const minWidth = leastWidth(template);
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-busy={loading || undefined}
      className={classNames('relative min-h-0 flex-1 overflow-auto bg-surface', props.className)}
    >
      <TableHeader
        columns={columns}
        template={template}
        minWidth={minWidth}
        sort={props.sort}
        onSort={props.onSort}
        selectAll={
          selection && {
            checked: rows.length > 0 && rows.every((row) => selection.keys.has(rowKey(row))),
            some: rows.some((row) => selection.keys.has(rowKey(row))),
            onChange: (on) => selection.onChange(on ? new Set(rows.map(rowKey)) : new Set()),
          }
        }
      />
      {loading && rows.length === 0 && <SkeletonRows columns={columns.length} template={template} height={rowHeight} />}
      {!loading && rows.length === 0 && (
        <div role="row" className="sticky left-0">
          <div role="gridcell" className="flex min-h-64 flex-col">
            {empty}
          </div>
        </div>
      )}
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row);
          const ticked = selection?.keys.has(key) ?? false;
          const open = key === openKey;
          return (
            <div
              key={item.key}
              role="row"
              data-row-key={key}
              aria-rowindex={item.index + 2}
              aria-selected={selection ? ticked : open}
              tabIndex={keys.tabIndexOf(key, item.index)}
              onFocus={() => keys.focusKey(key)}
              onKeyDown={keys.onKeyDown}
              onDoubleClick={onOpen && (() => onOpen(row, 'double'))}
              onClick={(event) => {
                if (selection && event.shiftKey) keys.tickRange(key);
                else onOpen?.(row, 'click');
              }}
              style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${item.start}px)` }}
              className={classNames(
                'absolute top-0 left-0 grid w-full items-center border-b border-line outline-offset-[-2px]',
                onOpen && 'cursor-pointer',
                open ? 'bg-accent-soft' : ticked ? 'bg-hover' : 'hover:bg-hover',
              )}
            >
              {selection && (
                <div role="gridcell" className="flex justify-center" onClick={(event) => event.stopPropagation()}>
                  <Checkbox
                    checked={ticked}
                    tabIndex={-1}
                    aria-label={t('tickRow', { name: rowName?.(row) ?? key })}
                    onChange={() => keys.tick(key)}
                  />
                </div>
              )}
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={classNames(
                    'min-w-0 truncate px-2',
                    column.align === 'end' && 'tabular flex justify-end text-right',
                  )}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function SkeletonRows({ columns, template, height }: { columns: number; template: string; height: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: 8 }, (_, i) => (
        <div
          key={`row-${String(i)}`}
          className="grid items-center border-b border-line"
          style={{ gridTemplateColumns: template, height }}
        >
          {Array.from({ length: columns }, (__, k) => (
            <div key={`cell-${String(k)}`} className="px-2">
              <div className="skeleton h-3" style={{ width: `${40 + ((i * 7 + k * 13) % 45)}%` }} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
