import type { FleetQueueItem } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatDuration } from '../../format/duration.ts';
import { formatFull } from '../../format/time.ts';
import { JsonView } from '../../ui/JsonView.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { ItemActions } from './ItemActions.tsx';
import { ItemHistory } from './ItemHistory.tsx';
import { ItemRisk, ItemState } from './ItemState.tsx';
import { useQueueItem } from './use-queues.ts';

interface ItemPanelProps {
  itemId: string;
  /** Another try of the same piece of work. */
  onOpen: (itemId: string) => void;
  onClose: () => void;
}

/** One item: what it holds, what came of it, every try and what happened to them. */
export function ItemPanel({ itemId, onOpen, onClose }: ItemPanelProps) {
  const { t } = useTranslation('fleet');
  const item = useQueueItem(itemId);
  return (
    <DetailPanel
      label={t('queueItem.details')}
      title={item.data?.reference ?? t('queueItem.details')}
      closeLabel={t('queueItem.close')}
      onClose={onClose}
      actions={item.data && <ItemActions item={item.data} />}
    >
      <Loaded query={item} failed={t('queueItem.failed')}>
        {(data) => <Parts item={data} onOpen={onOpen} />}
      </Loaded>
    </DetailPanel>
  );
}

function Parts({ item, onOpen }: { item: FleetQueueItem; onOpen: (itemId: string) => void }) {
  const { t } = useTranslation('fleet');
  const [tab, setTab] = useState<'facts' | 'content' | 'history'>('facts');
  return (
    <Tabs
      label={t('queueItem.details')}
      value={tab}
      onChange={setTab}
      tabs={[
        { id: 'facts', label: t('queueItem.facts'), content: <Facts item={item} /> },
        { id: 'content', label: t('queueItem.content'), content: <Content item={item} /> },
        { id: 'history', label: t('queueItem.history'), content: <ItemHistory item={item} onOpen={onOpen} /> },
      ]}
    />
  );
}

function Facts({ item }: { item: FleetQueueItem }) {
  const { t } = useTranslation('fleet');
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {item.failure && (
        <p className="m-3 rounded-md bg-bad-soft px-3 py-2 text-bad">
          <span className="font-medium">{t(`queueItem.kinds.${item.failure.kind}`)}: </span>
          <span className="break-words">{item.failure.reason || t('queueItem.noReason')}</span>
        </p>
      )}
      <DetailList>
        <Detail name={t('queueItem.state')}>
          <ItemState state={item.state} />
        </Detail>
        {item.progress && <Detail name={t('queueItem.progress')}>{item.progress}</Detail>}
        <Detail name={t('queueItem.priority')}>{item.priority}</Detail>
        <Detail name={t('queueItem.attempt')}>
          {t('queueItem.attemptOf', { attempt: item.attempt, most: Math.max(item.attempt, item.maxRetries + 1) })}
        </Detail>
        {item.deadline && (
          <Detail name={t('queueItem.deadline')}>
            {formatFull(item.deadline)} <ItemRisk risk={item.risk} />
          </Detail>
        )}
        {item.notBefore && <Detail name={t('queueItem.notBefore')}>{formatFull(item.notBefore)}</Detail>}
        {item.jobId && (
          <Detail name={t('queueItem.job')}>
            <Link
              to="/fleet/jobs/$jobId"
              params={{ jobId: item.jobId }}
              className="rounded text-accent hover:underline"
            >
              {t('queueItem.toJob')}
            </Link>
            {item.robotName && ` ${t('queueItem.onRobot', { name: item.robotName })}`}
          </Detail>
        )}
        {item.lockedUntil && <Detail name={t('queueItem.lockedUntil')}>{formatFull(item.lockedUntil)}</Detail>}
        {item.handlingSeconds !== null && (
          <Detail name={t('queueItem.handling')}>{formatDuration(item.handlingSeconds * 1000)}</Detail>
        )}
        {item.review !== 'none' && (
          <Detail name={t('queueItem.review')}>
            {t(`queueItem.reviews.${item.review}`)}
            {item.reviewer && `, ${item.reviewer}`}
          </Detail>
        )}
        <Detail name={t('queueItem.added')}>
          <Age time={item.createdAt} />
        </Detail>
        <Detail name={t('queueItem.id')}>
          <span className="font-mono text-xs break-all">{item.id}</span>
        </Detail>
      </DetailList>
    </div>
  );
}

function Content({ item }: { item: FleetQueueItem }) {
  const { t } = useTranslation('fleet');
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <JsonView value={item.content} label={t('queueItem.content')} className="min-h-0 flex-1" />
      {item.output !== null && (
        <>
          <h3 className="border-y border-line px-3 py-1.5 text-xs font-medium text-dim">{t('queueItem.output')}</h3>
          <JsonView value={item.output} label={t('queueItem.output')} className="min-h-0 flex-1" />
        </>
      )}
    </div>
  );
}
