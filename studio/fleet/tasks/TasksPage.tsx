import type { FleetTask } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { ClipboardCheck } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatFull } from '../../format/time.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { type TableColumn, VirtualTable } from '../../ui/VirtualTable.tsx';
import { type TasksSearch, toTaskFilter } from '../url-filters.ts';
import { TaskFilters } from './TaskFilters.tsx';
import { TaskPanel } from './TaskPanel.tsx';
import { TaskState } from './TaskState.tsx';
import { useTasks } from './use-tasks.ts';

const route = getRouteApi('/fleet/tasks');

/** What jobs ask people; the open ones first to be seen. */
export function TasksPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useMemo(() => toTaskFilter(search), [search]);
  const tasks = useTasks(filter);
  const rows = useMemo(() => tasks.data?.pages.flatMap((page) => page.items) ?? [], [tasks.data]);
  const columns = useTaskColumns(search.task !== undefined);
  const setSearch = (change: Partial<TasksSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = tasks;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const onlyOpen = filter.state === 'open' && !filter.search && !filter.workflowId;
  return (
    <>
      <h1 className="sr-only">{t('page.tasks')}</h1>
      <TaskFilters
        search={{ ...search, ...(filter.state && { state: filter.state }) }}
        onChange={setSearch}
        count={rows.length}
        more={hasNextPage}
      />
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={480}
        minSize={340}
        otherMin={320}
        storageKey="task-panel"
        collapsed={!search.task}
        label={t('task.resize')}
      >
        {tasks.isError && rows.length === 0 ? (
          <ErrorState title={t('tasks.failed')} error={tasks.error} onRetry={() => void tasks.refetch()} />
        ) : (
          <VirtualTable
            label={t('page.tasks')}
            rows={rows}
            columns={columns}
            rowKey={(task) => task.id}
            openKey={search.task}
            onOpen={(task) => setSearch({ task: task.id }, search.task !== undefined)}
            loading={tasks.isPending}
            onEndReached={loadMore}
            className={tasks.isPlaceholderData ? 'opacity-60' : undefined}
            empty={
              <EmptyState
                icon={ClipboardCheck}
                title={t(onlyOpen ? 'tasks.none' : 'tasks.noneFound')}
                body={t(onlyOpen ? 'tasks.noneBody' : 'tasks.noneFoundBody')}
              />
            }
          />
        )}
        {search.task ? (
          <TaskPanel key={search.task} taskId={search.task} onClose={() => setSearch({ task: undefined })} />
        ) : null}
      </SplitPane>
    </>
  );
}

function useTaskColumns(narrow: boolean): TableColumn<FleetTask>[] {
  const { t } = useTranslation('fleet');
  return useMemo(() => {
    const state = {
      id: 'state',
      header: t('task.state'),
      width: '112px',
      cell: (task: FleetTask) => <TaskState state={task.state} look="plain" />,
    };
    const title = {
      id: 'title',
      header: t('task.title'),
      width: 'minmax(160px,2fr)',
      cell: (task: FleetTask) => <span className="truncate font-medium">{task.task.title}</span>,
    };
    const workflow = {
      id: 'workflow',
      header: t('task.workflow'),
      width: 'minmax(110px,1fr)',
      cell: (task: FleetTask) => task.task.workflowName,
    };
    const created = {
      id: 'created',
      header: t('task.created'),
      width: '84px',
      align: 'end' as const,
      cell: (task: FleetTask) => <Age time={task.createdAt} className="text-dim" />,
    };
    if (narrow) return [state, title, created];
    const deadline = {
      id: 'deadline',
      header: t('task.deadline'),
      width: '196px',
      cell: (task: FleetTask) =>
        task.deadline === null ? <span className="text-faint">–</span> : formatFull(task.deadline),
    };
    const by = {
      id: 'by',
      header: t('task.by'),
      width: 'minmax(110px,1fr)',
      cell: (task: FleetTask) => task.answeredBy ?? <span className="text-faint">–</span>,
    };
    return [state, title, workflow, deadline, by, created];
  }, [narrow, t]);
}
