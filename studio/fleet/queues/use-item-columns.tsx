import type { QueueItemSummary } from '@casare/shared';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { ItemRisk, ItemState } from './ItemState.tsx';

const dash = <span className="text-faint">–</span>;

export function useItemColumns(narrow: boolean): TableColumn<QueueItemSummary>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const all: TableColumn<QueueItemSummary>[] = [
      {
        id: 'state',
        header: t('queueItem.state'),
        width: '108px',
        cell: ({ state }) => <ItemState state={state} look="plain" />,
      },
      {
        id: 'reference',
        header: t('queueItem.reference'),
        width: 'minmax(120px,1.2fr)',
        cell: ({ reference }) =>
          reference === null ? dash : <span className="truncate font-medium">{reference}</span>,
      },
      {
        id: 'why',
        header: t('queueItem.why'),
        width: 'minmax(110px,1.6fr)',
        cell: ({ failure, progress }) => <span className="truncate text-dim">{failure?.reason ?? progress}</span>,
      },
      {
        id: 'priority',
        header: t('queueItem.priority'),
        width: '60px',
        align: 'end',
        cell: ({ priority }) => <span className="tabular">{priority}</span>,
      },
      {
        id: 'attempt',
        header: t('queueItem.attempt'),
        width: '52px',
        align: 'end',
        cell: ({ attempt, maxRetries }) => (
          <span className="tabular">{`${attempt}/${Math.max(attempt, maxRetries + 1)}`}</span>
        ),
      },
      { id: 'risk', header: t('queueItem.risk'), width: '76px', cell: ({ risk }) => <ItemRisk risk={risk} /> },
      {
        id: 'robot',
        header: t('queueItem.robot'),
        width: '80px',
        cell: ({ robotName }) => robotName ?? dash,
      },
      {
        id: 'review',
        header: t('queueItem.review'),
        width: '96px',
        cell: ({ review }) => (review === 'none' ? dash : t(`queueItem.reviews.${review}`)),
      },
      {
        id: 'added',
        header: t('queueItem.added'),
        width: '68px',
        align: 'end',
        cell: ({ createdAt }) => <Age time={createdAt} className="text-dim" />,
      },
    ];
    return narrow ? all.filter(({ id }) => ['state', 'reference', 'attempt', 'added'].includes(id)) : all;
  }, [narrow, t]);
}
