import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from './Checkbox.tsx';
import { classNames } from './class-names.ts';

export interface SortOrder {
  by: string;
  direction: 'asc' | 'desc';
}

interface TableHeaderProps {
  columns: readonly { id: string; header: string; align?: 'start' | 'end'; sortable?: boolean }[];
  template: string;
  /** That of the rows, so that header and rows have the same columns when they are wider than the table. */
  minWidth: number;
  sort?: SortOrder | undefined;
  onSort?: ((sort: SortOrder) => void) | undefined;
  selectAll?: { checked: boolean; some: boolean; onChange: (on: boolean) => void } | undefined;
}

export function TableHeader({ columns, template, minWidth, sort, onSort, selectAll }: TableHeaderProps) {
  const { t } = useTranslation('ui');
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid h-8 items-center border-b border-line bg-surface text-xs font-medium text-faint"
      style={{ gridTemplateColumns: template, minWidth }}
    >
      {selectAll && (
        <div role="columnheader" className="flex justify-center">
          <Checkbox
            checked={selectAll.checked}
            indeterminate={!selectAll.checked && selectAll.some}
            aria-label={t('tickAll')}
            onChange={selectAll.onChange}
          />
        </div>
      )}
      {columns.map((column) => {
        const sorted = sort?.by === column.id ? sort.direction : undefined;
        const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
            className={classNames('flex min-w-0 px-2', column.align === 'end' && 'justify-end')}
          >
            {column.sortable && onSort ? (
              <button
                type="button"
                onClick={() => onSort({ by: column.id, direction: sorted === 'asc' ? 'desc' : 'asc' })}
                className={classNames('flex min-w-0 items-center gap-1 rounded hover:text-text', sorted && 'text-text')}
              >
                <span className="truncate">{column.header}</span>
                {sorted && <Arrow size={12} aria-hidden />}
              </button>
            ) : (
              <span className="truncate">{column.header}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}
