import { JOB_STATES } from '@casare/shared';
import { Bot, Workflow } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { type JobsSearch, readList, toggleInList } from '../url-filters.ts';
import { useRobots, useWorkflows } from '../use-fleet-data.ts';

interface JobFiltersProps {
  search: JobsSearch;
  onChange: (change: Partial<JobsSearch>, replace?: boolean) => void;
  count: number;
  more: boolean;
  busy: boolean;
}

const ANY = 'any';
const SEARCH_PAUSE_MS = 250;

export function JobFilters({ search, onChange, count, more, busy }: JobFiltersProps) {
  const { t } = useTranslation(['fleet', 'ui']);
  const workflows = useWorkflows().data ?? [];
  const robots = useRobots().data ?? [];
  const [words, setWords] = useDebounced(search.q ?? '', (q) => onChange({ q: q || undefined }, true));
  const chosen = readList(search.state, JOB_STATES);
  const filtered = Boolean(search.state ?? search.workflow ?? search.robot ?? search.q);
  return (
    <div
      role="group"
      aria-label={t('filters.label')}
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2"
    >
      <SearchInput
        label={t('jobs.search')}
        placeholder={t('jobs.searchShort')}
        value={words}
        onChange={setWords}
        className="w-48 max-xl:w-36"
      />
      <div className="flex flex-wrap gap-1">
        {JOB_STATES.map((state) => (
          <Chip
            key={state}
            selected={chosen.includes(state)}
            onClick={() => onChange({ state: toggleInList(search.state, state, JOB_STATES) })}
          >
            {t(`ui:status.${state}`)}
          </Chip>
        ))}
      </div>
      <Select
        aria-label={t('job.workflow')}
        className="!w-36 max-xl:!w-32"
        value={search.workflow ?? ANY}
        onChange={(id) => onChange({ workflow: id === ANY ? undefined : id })}
        options={[
          { value: ANY, label: t('filters.anyWorkflow') },
          ...workflows.map((workflow) => ({ value: workflow.id, label: workflow.name, icon: Workflow })),
        ]}
        placeholder={t('filters.oneWorkflow')}
      />
      <Select
        aria-label={t('job.robot')}
        className="!w-32 max-xl:!w-28"
        value={search.robot ?? ANY}
        onChange={(id) => onChange({ robot: id === ANY ? undefined : id })}
        options={[
          { value: ANY, label: t('filters.anyRobot') },
          ...robots.map((robot) => ({ value: robot.id, label: robot.name, icon: Bot })),
        ]}
        placeholder={t('filters.oneRobot')}
      />
      {filtered && (
        <Button
          variant="ghost"
          size="sm"
          onClick={() => onChange({ state: undefined, workflow: undefined, robot: undefined, q: undefined })}
        >
          {t('filters.clearShort')}
        </Button>
      )}
      <span className="tabular ml-auto flex items-center gap-2 text-xs text-faint max-xl:hidden" role="status">
        {busy && <Spinner size={12} />}
        {t(more ? 'jobs.shownMore' : 'jobs.shown', { count })}
      </span>
    </div>
  );
}

/** Text that is shown at once and told after a pause, so that typing does not ask the server for every letter. */
function useDebounced(value: string, onChange: (value: string) => void): [string, (text: string) => void] {
  // A value that changed elsewhere (Back, "clear") makes the draft void.
  const [draft, setDraft] = useState({ basis: value, text: value });
  const text = draft.basis === value ? draft.text : value;
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return [text, (next) => setDraft({ basis: value, text: next })];
}
