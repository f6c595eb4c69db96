import { JOB_STATES } from '@casare/shared';
import { Bot, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import type { JobsSearch } from '../url-filters.ts';
import { useRobots, useWorkflows } from '../use-fleet-data.ts';

interface JobFiltersProps {
  search: JobsSearch;
  onChange: (change: Partial<JobsSearch>, replace?: boolean) => void;
  count: number;
  more: boolean;
  busy: boolean;
}

const nameOf = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

export function JobFilters({ search, onChange, count, more, busy }: JobFiltersProps) {
  const { t } = useTranslation(['fleet', 'ui']);
  const workflows = useWorkflows().data ?? [];
  const robots = useRobots().data ?? [];
  const filtered = Boolean(search.state ?? search.workflow ?? search.robot ?? search.q);
  return (
    <FilterBar
      search={{
        label: t('jobs.search'),
        placeholder: t('jobs.searchShort'),
        value: search.q,
        onChange: (q) => onChange({ q }, true),
      }}
      count={t(more ? 'jobs.shownMore' : 'jobs.shown', { count })}
      busy={busy}
      onClear={
        filtered ? () => onChange({ state: undefined, workflow: undefined, robot: undefined, q: undefined }) : undefined
      }
    >
      <ChoiceChips
        options={JOB_STATES}
        value={search.state}
        onChange={(state) => onChange({ state })}
        labelOf={(state) => t(`ui:status.${state}`)}
      />
      <ChoiceSelect
        label={t('job.workflow')}
        anyLabel={t('filters.anyWorkflow')}
        oneLabel={t('filters.oneWorkflow')}
        value={search.workflow}
        onChange={(workflow) => onChange({ workflow })}
        options={workflows.map(nameOf)}
        icon={Workflow}
      />
      <ChoiceSelect
        label={t('job.robot')}
        anyLabel={t('filters.anyRobot')}
        oneLabel={t('filters.oneRobot')}
        value={search.robot}
        onChange={(robot) => onChange({ robot })}
        options={robots.map(nameOf)}
        icon={Bot}
        className="!w-32 max-xl:!w-28"
      />
    </FilterBar>
  );
}
