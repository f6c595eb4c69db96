import type { Robot } from '@casare/shared';
import { getRouteApi } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import type { RobotsSearch } from '../url-filters.ts';
import { useRobots } from '../use-fleet-data.ts';
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
    <>
      <h1 className="sr-only">{t('page.robots')}</h1>
      <RobotFilters robots={all} shown={shown.length} search={search} onChange={setSearch} />
      <SplitPane
        direction="row"
        sized="second"
        defaultSize={400}
        minSize={320}
        otherMin={360}
        storageKey="robot-panel"
        collapsed={!opened}
        label={t('robot.resize')}
      >
        <div
          className="flex min-h-0 flex-1 flex-col"
          onPointerEnter={() => setPointerInside(true)}
          onPointerLeave={() => setPointerInside(false)}
        >
          {robots.isError && all.length === 0 ? (
            <ErrorState title={t('robots.failed')} error={robots.error} onRetry={() => void robots.refetch()} />
          ) : search.view === 'grid' ? (
            <RobotGrid robots={shown} openId={openId} onOpen={open} loading={robots.isPending} empty={empty} />
          ) : (
            <VirtualTable
              label={t('page.robots')}
              rows={shown}
              columns={columns}
              rowKey={(robot) => robot.id}
              openKey={openId}
              onOpen={open}
              sort={readSort(search.sort)}
              onSort={(sort) => setSearch({ sort: writeSort(sort) }, true)}
              loading={robots.isPending}
              empty={empty}
            />
          )}
        </div>
        {opened ? <RobotPanel robot={opened} onClose={() => setSearch({ robot: undefined })} /> : null}
      </SplitPane>
    </>
  );
}
