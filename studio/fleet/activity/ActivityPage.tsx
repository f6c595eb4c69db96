import type { ActivityItem } from '@casare/shared';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import {
  Activity,
  Bot,
  CalendarClock,
  ClipboardCheck,
  Inbox,
  KeyRound,
  KeySquare,
  ListTodo,
  type LucideIcon,
  Users,
  Variable,
  Workflow,
  Zap,
} from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatFull } from '../../format/time.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { usePagedList } from '../list/list-state.ts';
import { ACTIVITY_KINDS } from './activity-search.ts';

const route = getRouteApi('/fleet/activity');
const refreshMs = 10_000;

const icons: Record<string, LucideIcon> = {
  job: ListTodo,
  schedule: CalendarClock,
  robot: Bot,
  task: ClipboardCheck,
  workflow: Workflow,
  queue: Inbox,
  trigger: Zap,
  credential: KeySquare,
  asset: Variable,
  key: KeyRound,
  person: Users,
};

/** What happened, newest first, in words. */
export function ActivityPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const filter = useMemo(() => ({ type: search.type }), [search.type]);
  const list = usePagedList<ActivityItem>({ queryKey: fleetKeys.activity(filter), load: api.activity, filter });
  const columns = useColumns();
  const { retry } = list;
  // Every event would be too often: a fleet at work has hundreds a second.
  useEffect(() => {
    const timer = setInterval(retry, refreshMs);
    return () => clearInterval(timer);
  }, [retry]);
  const setType = (type: string | undefined) => void navigate({ search: type === undefined ? {} : { type } });
  const open = ({ kind, subjectId }: ActivityItem) => {
    if (kind === 'job') void go({ to: '/fleet/jobs/$jobId', params: { jobId: subjectId } });
    if (kind === 'schedule') void go({ to: '/fleet/schedules', search: { schedule: subjectId } });
    if (kind === 'robot') void go({ to: '/fleet/robots', search: { robot: subjectId } });
    if (kind === 'task') void go({ to: '/fleet/tasks', search: { state: 'all', task: subjectId } });
    if (kind === 'workflow') void go({ to: '/fleet/workflows', search: { workflow: subjectId } });
    if (kind === 'queue') void go({ to: '/fleet/queues/$queueId', params: { queueId: subjectId } });
    if (kind === 'trigger') void go({ to: '/fleet/triggers', search: { trigger: subjectId } });
    if (kind === 'credential') void go({ to: '/fleet/credentials', search: { credential: subjectId } });
    if (kind === 'asset') void go({ to: '/fleet/assets', search: { asset: subjectId } });
    if (kind === 'key') void go({ to: '/fleet/keys' });
    if (kind === 'person') void go({ to: '/fleet/people' });
  };
  return (
    <ListPage
      title={t('page.activity')}
      filters={
        <FilterBar
          count={t('activity.shown', { count: list.rows.length })}
          busy={list.busy}
          onClear={search.type === undefined ? undefined : () => setType(undefined)}
        >
          <ChoiceChips
            options={ACTIVITY_KINDS}
            value={search.type}
            onChange={setType}
            labelOf={(kind) => t(`activity.kinds.${kind}`)}
          />
        </FilterBar>
      }
      list={list}
      failed={t('activity.failed')}
      table={{
        columns,
        rowKey: ({ seq }) => String(seq),
        onOpen: open,
        empty: <EmptyState icon={Activity} title={t('activity.none')} body={t('activity.noneBody')} />,
      }}
    />
  );
}

function useColumns(): TableColumn<ActivityItem>[] {
  const { t } = useTranslation('fleet');
  return useMemo(
    () => [
      {
        id: 'kind',
        header: t('activity.kind'),
        width: '48px',
        cell: ({ kind }) => {
          const Icon = icons[kind] ?? Activity;
          return <Icon size={15} className="text-faint" aria-label={kind} />;
        },
      },
      {
        id: 'sentence',
        header: t('activity.what'),
        width: 'minmax(240px,1fr)',
        cell: ({ sentence, type }) => (
          <span
            className={`truncate ${/\.(failed|lost|missed|dead_lettered)$/.test(type) ? 'text-bad' : ''}`}
            title={sentence}
          >
            {sentence}
          </span>
        ),
      },
      {
        id: 'at',
        header: t('activity.when'),
        width: '176px',
        cell: ({ at }) => <span className="tabular text-dim">{formatFull(at)}</span>,
      },
      {
        id: 'age',
        header: t('activity.age'),
        width: '84px',
        align: 'end',
        cell: ({ at }) => <Age time={at} className="text-dim" />,
      },
    ],
    [t],
  );
}
