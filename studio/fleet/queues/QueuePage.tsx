import type { FleetQueue } from '@casare/shared';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, Package, Plus, Upload } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../list/DetailPanel.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { ItemFilters } from './ItemFilters.tsx';
import { ItemPanel } from './ItemPanel.tsx';
import { ItemsBulkBar } from './ItemsBulkBar.tsx';
import { QueueFigureRow } from './QueueFigureRow.tsx';
import { QueueMenu } from './QueueMenu.tsx';
import { type QueueSearch, toItemFilter } from './queues-search.ts';
import { useItemColumns } from './use-item-columns.tsx';
import { useQueue, useQueueItems } from './use-queues.ts';

const route = getRouteApi('/fleet/queues/$queueId');
const AddItemDialog = lazy(async () => ({ default: (await import('./AddItemDialog.tsx')).AddItemDialog }));
const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog.tsx')).ImportDialog }));

/** One queue: its figures, and its items with what became of them. */
export function QueuePage() {
  const { t } = useTranslation('fleet');
  const { queueId } = route.useParams();
  const queue = useQueue(queueId);
  return (
    <Loaded query={queue} failed={t('queue.failed')}>
      {(data) => <Items key={queueId} queue={data} />}
    </Loaded>
  );
}

function Items({ queue }: { queue: FleetQueue }) {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(() => toItemFilter(search), [search]);
  const items = useQueueItems(queue.id, filter);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'add' | 'import'>();
  const columns = useItemColumns(search.item !== undefined);
  const setSearch = (change: Partial<QueueSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const filtered = Object.keys(filter).length > 0;
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-3 py-2">
        <Link
          to="/fleet/queues"
          className="flex items-center gap-1 rounded text-dim hover:text-text"
          aria-label={t('queue.toList')}
        >
          <ChevronLeft size={15} aria-hidden />
          {t('page.queues')}
        </Link>
        <h2 className="min-w-0 truncate text-base font-semibold">{queue.name}</h2>
        {queue.paused && <Badge tone="warn">{t('queue.paused')}</Badge>}
        <span className="min-w-0 flex-1 truncate text-faint">{queue.description}</span>
        <Button size="sm" icon={Upload} onClick={() => setDialog('import')}>
          {t('queue.import')}
        </Button>
        <Button size="sm" variant="primary" icon={Plus} onClick={() => setDialog('add')}>
          {t('queue.addItem')}
        </Button>
        <QueueMenu queue={queue} />
      </header>
      <QueueFigureRow figures={queue.figures} onFilter={(change) => void navigate({ search: change })} />
      <ListPage
        title={t('queue.items', { name: queue.name })}
        filters={
          <ItemFilters
            search={search}
            onChange={setSearch}
            count={items.rows.length}
            more={items.more}
            busy={items.busy}
          />
        }
        list={items}
        failed={t('queueItems.failed')}
        bulk={
          ticked.size > 0 && (
            <ItemsBulkBar items={items.rows.filter(({ id }) => ticked.has(id))} onClear={() => setTicked(new Set())} />
          )
        }
        table={{
          columns,
          rowKey: ({ id }) => id,
          rowName: (item) => item.reference ?? item.id,
          openKey: search.item,
          onOpen: ({ id }) => setSearch({ item: id }, search.item !== undefined),
          selection: { keys: ticked, onChange: setTicked },
          empty: (
            <EmptyState
              icon={Package}
              title={t(filtered ? 'queueItems.noneFound' : 'queueItems.none')}
              body={t(filtered ? 'queueItems.noneFoundBody' : 'queueItems.noneBody')}
              actions={
                filtered ? (
                  <Button onClick={() => void navigate({ search: {} })}>{t('filters.clear')}</Button>
                ) : (
                  <Button variant="primary" icon={Plus} onClick={() => setDialog('add')}>
                    {t('queue.addItem')}
                  </Button>
                )
              }
            />
          ),
        }}
        panel={{
          storageKey: 'queue-item-panel',
          resizeLabel: t('queueItem.resize'),
          width: 500,
          content: search.item && (
            <ItemPanel
              key={search.item}
              itemId={search.item}
              onOpen={(item) => setSearch({ item }, true)}
              onClose={() => setSearch({ item: undefined })}
            />
          ),
        }}
      />
      {dialog && (
        <Suspense>
          {dialog === 'add' ? (
            <AddItemDialog queue={queue} onClose={() => setDialog(undefined)} />
          ) : (
            <ImportDialog queue={queue} onClose={() => setDialog(undefined)} />
          )}
        </Suspense>
      )}
    </>
  );
}
