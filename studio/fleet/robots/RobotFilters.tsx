import type { Robot } from '@casare/shared';
import { LayoutGrid, Rows3 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/IconButton.tsx';
import { STATUSES } from '../../ui/status.ts';
import { ChoiceChips } from '../list/ChoiceChips.tsx';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { type RobotsSearch, ROBOT_STATES, readList } from '../url-filters.ts';
import { allCapabilities } from './sort-robots.ts';

interface RobotFiltersProps {
  robots: readonly Robot[];
  shown: number;
  search: RobotsSearch;
  onChange: (change: Partial<RobotsSearch>, replace?: boolean) => void;
}

export function RobotFilters({ robots, shown, search, onChange }: RobotFiltersProps) {
  const { t } = useTranslation(['fleet', 'ui']);
  const chosen = readList(search.state, ROBOT_STATES);
  const counts = new Map(ROBOT_STATES.map((state) => [state, robots.filter((robot) => robot.state === state).length]));
  return (
    <FilterBar
      search={{
        label: t('robots.search'),
        placeholder: t('robots.searchShort'),
        value: search.q,
        onChange: (q) => onChange({ q }, true),
      }}
      count={t('robots.shown', { count: shown, of: robots.length })}
      actions={
        <div className="flex gap-1" role="group" aria-label={t('robots.view')}>
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
      }
    >
      <ChoiceChips
        options={ROBOT_STATES.filter((state) => (counts.get(state) ?? 0) > 0 || chosen.includes(state))}
        value={search.state}
        onChange={(state) => onChange({ state })}
        iconOf={(state) => STATUSES[state].icon}
        labelOf={(state) => (
          <>
            {t(`ui:status.${state}`)} <span className="tabular opacity-80">{counts.get(state)}</span>
          </>
        )}
      />
      <ChoiceSelect
        label={t('robots.capability')}
        anyLabel={t('robots.anyCapability')}
        value={search.capability}
        onChange={(capability) => onChange({ capability })}
        options={allCapabilities(robots).map((name) => ({ value: name, label: name }))}
      />
    </FilterBar>
  );
}
