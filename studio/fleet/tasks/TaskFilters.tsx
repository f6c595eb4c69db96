import { TASK_STATES } from '@casare/shared';
import { Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import type { TasksSearch } from '../url-filters.ts';
import { useWorkflows } from '../use-fleet-data.ts';

interface TaskFiltersProps {
  search: TasksSearch;
  onChange: (change: Partial<TasksSearch>, replace?: boolean) => void;
  count: number;
  more: boolean;
}

export function TaskFilters({ search, onChange, count, more }: TaskFiltersProps) {
  const { t } = useTranslation('fleet');
  const workflows = useWorkflows().data ?? [];
  return (
    <FilterBar
      search={{
        label: t('tasks.search'),
        placeholder: t('tasks.searchShort'),
        value: search.q,
        onChange: (q) => onChange({ q }, true),
      }}
      count={t(more ? 'tasks.shownMore' : 'tasks.shown', { count })}
    >
      <ChoiceChips
        options={TASK_STATES}
        value={search.state}
        onChange={(state) => onChange({ state: state ?? 'all' })}
        labelOf={(state) => t(`task.states.${state}`)}
      />
      <ChoiceSelect
        label={t('task.workflow')}
        anyLabel={t('filters.anyWorkflow')}
        oneLabel={t('filters.oneWorkflow')}
        value={search.workflow}
        onChange={(workflow) => onChange({ workflow })}
        options={workflows.map(({ id, name }) => ({ value: id, label: name }))}
        icon={Workflow}
      />
    </FilterBar>
  );
}
