import type { FleetTask } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { ClipboardCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatFull } from '../../format/time.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { TableColumn } from '../../ui/VirtualTable.tsx';
import { ListPage } from '../list/ListPage.tsx';
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
  const columns = useTaskColumns(search.task !== undefined);
  const setSearch = (change: Partial<TasksSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const onlyOpen = filter.state === 'open' && !filter.search && !filter.workflowId;
  return (
    <ListPage
      title={t('page.tasks')}
      filters={
        <TaskFilters
          search={{ ...search, ...(filter.state && { state: filter.state }) }}
          onChange={setSearch}
          count={tasks.rows.length}
          more={tasks.more}
        />
      }
      list={tasks}
      failed={t('tasks.failed')}
      table={{
        columns,
        rowKey: (task) => task.id,
        openKey: search.task,
        onOpen: (task) => setSearch({ task: task.id }, search.task !== undefined),
        empty: (
          <EmptyState
            icon={ClipboardCheck}
            title={t(onlyOpen ? 'tasks.none' : 'tasks.noneFound')}
            body={t(onlyOpen ? 'tasks.noneBody' : 'tasks.noneFoundBody')}
          />
        ),
      }}
      panel={{
        storageKey: 'task-panel',
        resizeLabel: t('task.resize'),
        content: search.task && (
          <TaskPanel key={search.task} taskId={search.task} onClose={() => setSearch({ task: undefined })} />
        ),
      }}
    />
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
