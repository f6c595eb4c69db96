import type { FleetQueue } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Inbox, Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { wholeList } from '../list/list-state.ts';
import { QueueBar } from './QueueBar.tsx';
import { useQueues } from './use-queues.ts';

const route = getRouteApi('/fleet/queues');
const QueueDialog = lazy(async () => ({ default: (await import('./QueueDialog.tsx')).QueueDialog }));

/** Every queue of the workspace with what waits in it. */
export function QueuesPage() {
  const { t } = useTranslation('fleet');
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const queues = useQueues();
  const [creating, setCreating] = useState(false);
  const columns = useQueueColumns();
  const words = q?.toLowerCase();
  const shown = useMemo(
    () =>
      (queues.data ?? [])
        .filter(({ name, description }) => !words || `${name} ${description}`.toLowerCase().includes(words))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    [queues.data, words],
  );
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t('queues.create')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('page.queues')}
        filters={
          <FilterBar
            search={{
              label: t('queues.search'),
              placeholder: t('queues.searchShort'),
              value: q,
              onChange: (next) => void navigate({ search: next === undefined ? {} : { q: next }, replace: true }),
            }}
            count={t('queues.shown', { count: shown.length })}
            actions={create}
          />
        }
        list={wholeList(queues, shown)}
        failed={t('queues.failed')}
        table={{
          columns,
          rowKey: ({ id }) => id,
          rowHeight: 44,
          onOpen: ({ id }) => void navigate({ to: '/fleet/queues/$queueId', params: { queueId: id } }),
          empty: (
            <EmptyState
              icon={Inbox}
              title={t(q ? 'queues.noneFound' : 'queues.none')}
              body={t(q ? 'queues.noneFoundBody' : 'queues.noneBody')}
              actions={q ? <Button onClick={() => void navigate({ search: {} })}>{t('filters.clear')}</Button> : create}
            />
          ),
        }}
      />
      {creating && (
        <Suspense>
          <QueueDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}

function useQueueColumns(): TableColumn<FleetQueue>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const number = (id: 'new' | 'inProgress' | 'successful', width = '68px'): TableColumn<FleetQueue> => ({
      id,
      header: t(`queue.parts.${id}`),
      width,
      align: 'end',
      cell: ({ figures }) => <Count value={figures[id]} />,
    });
    return [
      {
        id: 'name',
        header: t('queue.name'),
        width: 'minmax(130px,2fr)',
        cell: ({ name, description, paused }) => (
          <span className="flex min-w-0 flex-col">
            <span className="flex min-w-0 items-center gap-2">
              <span className="truncate font-medium">{name}</span>
              {paused && <Badge tone="warn">{t('queue.paused')}</Badge>}
            </span>
            {description && <span className="truncate text-xs text-faint">{description}</span>}
          </span>
        ),
      },
      {
        id: 'bar',
        header: t('queue.now'),
        width: 'minmax(80px,1.4fr)',
        cell: ({ figures }) => <QueueBar figures={figures} className="w-full" />,
      },
      number('new', '60px'),
      number('inProgress'),
      number('successful'),
      {
        id: 'failed',
        header: t('queue.parts.failed'),
        width: '62px',
        align: 'end',
        cell: ({ figures }) => (
          <Count value={figures.failedBusiness + figures.failedApplication + figures.abandoned} className="text-bad" />
        ),
      },
      {
        id: 'risk',
        header: t('queue.risk'),
        width: '96px',
        cell: ({ figures: { atRisk, overdue } }) =>
          atRisk + overdue === 0 ? (
            <span className="text-faint">–</span>
          ) : (
            <span className="flex gap-1">
              {overdue > 0 && <Badge tone="bad">{t('queue.overdue', { count: overdue })}</Badge>}
              {atRisk > 0 && <Badge tone="warn">{t('queue.atRisk', { count: atRisk })}</Badge>}
            </span>
          ),
      },
      {
        id: 'handling',
        header: t('queue.handling'),
        width: '84px',
        align: 'end',
        cell: ({ figures }) => <Seconds value={figures.averageHandlingSeconds} />,
      },
      {
        id: 'oldest',
        header: t('queue.oldestShort'),
        width: '84px',
        align: 'end',
        cell: ({ figures }) => <Seconds value={figures.oldestNewSeconds} />,
      },
    ];
  }, [t]);
}

function Count({ value, className = '' }: { value: number; className?: string }) {
  return <span className={`tabular ${value === 0 ? 'text-faint' : className}`}>{value}</span>;
}

function Seconds({ value }: { value: number | null }) {
  return <span className="tabular text-dim">{value === null ? '–' : formatDuration(value * 1000)}</span>;
}
