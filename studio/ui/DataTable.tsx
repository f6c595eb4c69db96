import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cellText, tableColumns } from './table-shape.ts';
import { VirtualTable } from './VirtualTable.tsx';

interface DataTableProps {
  /** A list of objects; see `tableColumns`. */
  value: readonly unknown[];
  label: string;
  className?: string;
}

type IndexedRow = { index: number; row: Record<string, unknown> };

/** A list of objects as a table; columns are the keys that occur. */
export function DataTable({ value, label, className }: DataTableProps) {
  const { t } = useTranslation('ui');
  const rows = useMemo<IndexedRow[]>(
    () => value.map((row, index) => ({ index, row: (row ?? {}) as Record<string, unknown> })),
    [value],
  );
  const columns = useMemo(
    () => [
      {
        id: '#',
        header: '#',
        width: '52px',
        cell: ({ index }: IndexedRow) => <span className="text-faint">{index}</span>,
      },
      ...(tableColumns(value) ?? []).map((key) => ({
        id: `key-${key}`,
        header: key,
        width: 'minmax(120px,1fr)',
        cell: ({ row }: IndexedRow) => <span className="font-mono text-xs">{cellText(row[key])}</span>,
      })),
    ],
    [value],
  );
  return (
    <VirtualTable
      label={label}
      rows={rows}
      columns={columns}
      rowKey={({ index }) => String(index)}
      rowHeight={26}
      empty={<p className="p-4 text-dim">{t('noRows')}</p>}
      className={className}
    />
  );
}
