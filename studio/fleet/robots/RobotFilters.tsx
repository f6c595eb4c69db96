import type { Robot } from '@casare/shared';
import { LayoutGrid, Rows3 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '../../ui/Chip.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { STATUSES } from '../../ui/status.ts';
import { type RobotsSearch, ROBOT_STATES, readList, toggleInList } from '../url-filters.ts';
import { allCapabilities } from './sort-robots.ts';

interface RobotFiltersProps {
  robots: readonly Robot[];
  shown: number;
  search: RobotsSearch;
  onChange: (change: Partial<RobotsSearch>, replace?: boolean) => void;
}

const ANY = '';

export function RobotFilters({ robots, shown, search, onChange }: RobotFiltersProps) {
  const { t } = useTranslation(['fleet', 'ui']);
  const chosen = readList(search.state, ROBOT_STATES);
  const counts = new Map(ROBOT_STATES.map((state) => [state, robots.filter((robot) => robot.state === state).length]));
  return (
    <div
      role="group"
      aria-label={t('filters.label')}
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2"
    >
      <SearchInput
        label={t('robots.search')}
        placeholder={t('robots.searchShort')}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined }, true)}
        className="w-44"
      />
      <div className="flex flex-wrap gap-1">
        {ROBOT_STATES.filter((state) => (counts.get(state) ?? 0) > 0 || chosen.includes(state)).map((state) => (
          <Chip
            key={state}
            icon={STATUSES[state].icon}
            selected={chosen.includes(state)}
            onClick={() => onChange({ state: toggleInList(search.state, state, ROBOT_STATES) })}
          >
            {t(`ui:status.${state}`)} <span className="tabular opacity-80">{counts.get(state)}</span>
          </Chip>
        ))}
      </div>
      <Select
        aria-label={t('robots.capability')}
        className="!w-38"
        value={search.capability ?? ANY}
        onChange={(capability) => onChange({ capability: capability || undefined })}
        options={[
          { value: ANY, label: t('robots.anyCapability') },
          ...allCapabilities(robots).map((name) => ({ value: name, label: name })),
        ]}
      />
      <span className="tabular ml-auto hidden text-xs text-faint xl:inline" role="status">
        {t('robots.shown', { count: shown, of: robots.length })}
      </span>
      <div className="flex gap-1 max-xl:ml-auto" role="group" aria-label={t('robots.view')}>
        <IconButton
          icon={Rows3}
          label={t('robots.table')}
          pressed={search.view !== 'grid'}
          onClick={() => onChange({ view: undefined }, true)}
        />
        <IconButton
          icon={LayoutGrid}
          label={t('robots.grid')}
          pressed={search.view === 'grid'}
          onClick={() => onChange({ view: 'grid' }, true)}
        />
      </div>
    </div>
  );
}
