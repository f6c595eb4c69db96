import { TASK_STATES } from '@casare/shared';
import { Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '../../ui/Chip.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { readList, type TasksSearch, toggleInList } from '../url-filters.ts';
import { useWorkflows } from '../use-fleet-data.ts';

interface TaskFiltersProps {
  search: TasksSearch;
  onChange: (change: Partial<TasksSearch>, replace?: boolean) => void;
  count: number;
  more: boolean;
}

const ANY = 'any';

export function TaskFilters({ search, onChange, count, more }: TaskFiltersProps) {
  const { t } = useTranslation('fleet');
  const workflows = useWorkflows().data ?? [];
  const chosen = readList(search.state, TASK_STATES);
  return (
    <div
      role="group"
      aria-label={t('filters.label')}
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2"
    >
      <SearchInput
        label={t('tasks.search')}
        placeholder={t('tasks.searchShort')}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined }, true)}
        className="w-56 max-xl:w-40"
      />
      <div className="flex flex-wrap gap-1">
        {TASK_STATES.map((state) => (
          <Chip
            key={state}
            selected={chosen.includes(state)}
            onClick={() => onChange({ state: toggleInList(search.state, state, TASK_STATES) ?? 'all' })}
          >
            {t(`task.states.${state}`)}
          </Chip>
        ))}
      </div>
      <Select
        aria-label={t('task.workflow')}
        className="!w-40"
        value={search.workflow ?? ANY}
        onChange={(id) => onChange({ workflow: id === ANY ? undefined : id })}
        options={[
          { value: ANY, label: t('filters.anyWorkflow') },
          ...workflows.map((workflow) => ({ value: workflow.id, label: workflow.name, icon: Workflow })),
        ]}
        placeholder={t('filters.oneWorkflow')}
      />
      <span className="tabular ml-auto text-xs text-faint" role="status">
        {t(more ? 'tasks.shownMore' : 'tasks.shown', { count })}
      </span>
    </div>
  );
}
