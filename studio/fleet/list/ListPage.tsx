import type { ReactNode } from 'react';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { VirtualTable, type VirtualTableProps } from '../../ui/VirtualTable.tsx';
import type { ListState } from './list-state.ts';

interface ListPageProps<Row> {
  /** The page's heading, and the table's name. */
  title: string;
  /** A `FilterBar`. */
  filters: ReactNode;
  list: ListState<Row>;
  /** What could not be loaded, as the title of the error. */
  failed: string;
  table: Omit<VirtualTableProps<Row>, 'label' | 'rows' | 'loading' | 'onEndReached' | 'className'>;
  /** Stands over the table while rows are ticked. */
  bulk?: ReactNode;
  /** Instead of the table, e.g. cards. */
  instead?: ReactNode;
  /** Told when the pointer comes into the rows and when it leaves. */
  onPointerInside?: (inside: boolean) => void;
  /** Beside the table: what the opened row holds; nothing while no row is open. */
  panel?: {
    content: ReactNode;
    /** Its width is remembered under this name. */
    storageKey: string;
    resizeLabel: string;
    width?: number;
  };
}

/** Filters on top, a table, and beside it the opened row: every list of the fleet panel. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, filters, list, failed, table, bulk, instead, onPointerInside, panel } = props;
  const main = (
    <div
      className="flex min-h-0 flex-1 flex-col"
      onPointerEnter={() => onPointerInside?.(true)}
      onPointerLeave={() => onPointerInside?.(false)}
    >
      {bulk}
      {list.error !== undefined && list.rows.length === 0 ? (
        <ErrorState title={failed} error={list.error} onRetry={list.retry} />
      ) : (
        (instead ?? (
          <VirtualTable
            {...table}
            label={title}
            rows={list.rows}
            loading={list.loading}
            {...(list.loadMore && { onEndReached: list.loadMore })}
            {...(list.outdated && { className: 'opacity-60' })}
          />
        ))
      )}
    </div>
  );
  const open = Boolean(panel?.content);
  return (
    <>
      <h1 className="sr-only">{title}</h1>
      {filters}
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={panel?.width ?? 460}
        minSize={340}
        otherMin={320}
        {...(panel && { storageKey: panel.storageKey })}
        collapsed={!open}
        label={panel?.resizeLabel ?? ''}
      >
        {main}
        {panel?.content}
      </SplitPane>
    </>
  );
}
