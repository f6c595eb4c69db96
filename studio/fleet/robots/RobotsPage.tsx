import type { Robot } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ListPage } from '../list/ListPage.tsx';
import { wholeList } from '../list/list-state.ts';
import type { RobotsSearch } from '../url-filters.ts';
import { useRobots } from '../use-fleet-data.ts';
import { RobotBulkBar } from './RobotBulkBar.tsx';
import { RobotFilters } from './RobotFilters.tsx';
import { RobotGrid } from './RobotGrid.tsx';
import { RobotPanel } from './RobotPanel.tsx';
import { readSort, shownRobots, writeSort } from './sort-robots.ts';
import { useRobotColumns } from './use-robot-columns.tsx';
import { useStableOrder } from './use-stable-order.ts';

const route = getRouteApi('/fleet/robots');

export function RobotsPage() {
  const { t } = useTranslation('fleet');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const robots = useRobots();
  const [pointerInside, setPointerInside] = useState(false);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const all = useMemo(() => robots.data ?? [], [robots.data]);
  const wanted = useMemo(() => shownRobots(all, search), [all, search]);
  const { robot: openId, ...view } = search;
  const shown = useStableOrder(wanted, pointerInside, JSON.stringify(view));
  const opened = all.find((robot) => robot.id === openId);
  const columns = useRobotColumns(opened !== undefined);
  const setSearch = (change: Partial<RobotsSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const open = (robot: Robot) => setSearch({ robot: robot.id }, openId !== undefined);
  const empty =
    all.length === 0 ? (
      <EmptyState
        icon={Bot}
        title={t('robots.none')}
        body={t('robots.noneBody')}
        actions={<Button onClick={() => void navigate({ to: '/fleet/keys' })}>{t('robots.toKeys')}</Button>}
      />
    ) : (
      <EmptyState
        icon={Bot}
        title={t('robots.noneFound')}
        body={t('robots.noneFoundBody')}
        actions={
          <Button onClick={() => void navigate({ search: (old) => (old.view ? { view: old.view } : {}) })}>
            {t('filters.clear')}
          </Button>
        }
      />
    );
  return (
    <ListPage
      title={t('page.robots')}
      filters={<RobotFilters robots={all} shown={shown.length} search={search} onChange={setSearch} />}
      list={wholeList(robots, shown)}
      failed={t('robots.failed')}
      {...(search.view === 'grid' && {
        instead: <RobotGrid robots={shown} openId={openId} onOpen={open} loading={robots.isPending} empty={empty} />,
      })}
      bulk={
        ticked.size > 0 && (
          <RobotBulkBar robots={shown.filter(({ id }) => ticked.has(id))} onClear={() => setTicked(new Set())} />
        )
      }
      onPointerInside={setPointerInside}
      table={{
        columns,
        rowKey: (robot) => robot.id,
        rowName: (robot) => robot.name,
        selection: { keys: ticked, onChange: setTicked },
        openKey: openId,
        onOpen: open,
        sort: readSort(search.sort),
        onSort: (sort) => setSearch({ sort: writeSort(sort) }, true),
        empty,
      }}
      panel={{
        storageKey: 'robot-panel',
        resizeLabel: t('robot.resize'),
        width: 400,
        content: opened && <RobotPanel robot={opened} onClose={() => setSearch({ robot: undefined })} />,
      }}
    />
  );
}
