import type { Analytics } from '@casare/shared';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChartColumn, Download } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { formatDay, formatFull } from '../../format/time.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { ChoiceSelect } from '../list/ChoiceSelect.tsx';
import { Loaded } from '../list/DetailPanel.tsx';
import { FilterBar } from '../list/FilterBar.tsx';
import { useWorkflows } from '../use-fleet-data.ts';
import { type AnalyticsSearch, RANGES } from './analytics-search.ts';
import { download, workflowsCsv } from './csv.ts';
import { ErrorTable } from './ErrorTable.tsx';
import { type ChartLine, SeriesChart } from './SeriesChart.tsx';
import { Totals } from './Totals.tsx';
import { WorkflowTable } from './WorkflowTable.tsx';

const route = getRouteApi('/fleet/analytics');
const defaultDays = 30;

/** What jobs came to over days and months. */
export function AnalyticsPage() {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const workflows = useWorkflows().data ?? [];
  const query = { days: search.days ?? defaultDays, workflowId: search.workflow };
  const analytics = useQuery({
    queryKey: fleetKeys.analytics(query),
    queryFn: () => api.analytics(query),
    // Figures are counted within seconds, and nobody watches them by the second.
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
  const setSearch = (change: { [K in keyof AnalyticsSearch]?: AnalyticsSearch[K] | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }) as AnalyticsSearch });
  return (
    <>
      <h1 className="sr-only">{t('page.analytics')}</h1>
      <FilterBar
        busy={analytics.isFetching}
        onClear={search.workflow === undefined ? undefined : () => setSearch({ workflow: undefined })}
        actions={
          <Button
            icon={Download}
            disabled={!analytics.data}
            onClick={() => analytics.data && download(`workflows-${query.days}-days.csv`, workflowsCsv(analytics.data))}
          >
            {t('analytics.csv')}
          </Button>
        }
      >
        <div role="group" aria-label={t('analytics.range')} className="flex gap-1">
          {RANGES.map((days) => (
            <Chip key={days} selected={query.days === days} onClick={() => setSearch({ days })}>
              {t(`analytics.ranges.d${days}`)}
            </Chip>
          ))}
        </div>
        <ChoiceSelect
          label={t('schedule.workflow')}
          anyLabel={t('analytics.allWorkflows')}
          oneLabel={t('schedules.oneWorkflow')}
          value={search.workflow}
          onChange={(workflow) => setSearch({ workflow })}
          options={workflows.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </FilterBar>
      <Loaded query={analytics} failed={t('analytics.failed')}>
        {(data) =>
          data.workflows.length === 0 ? (
            <EmptyState icon={ChartColumn} title={t('analytics.none')} body={t('analytics.noneBody')} />
          ) : (
            <Figures data={data} />
          )
        }
      </Loaded>
    </>
  );
}

const hour = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const formatHour = (time: string | number) => hour.format(new Date(time));
// Days are those of UTC.
const formatShortDay = (time: string | number) => day.format(new Date(time));
const formatCount = (n: number) => new Intl.NumberFormat().format(Math.round(n));

function Figures({ data }: { data: Analytics }) {
  const { t } = useTranslation('fleet');
  const { series, grain } = data;
  const times = useMemo(() => series.map(({ start }) => start), [series]);
  const ends = useMemo<ChartLine[]>(
    () =>
      (
        [
          ['completed', '--ok', true],
          ['failed', '--bad', false],
          ['cancelled', '--mute', false],
        ] as const
      ).map(([id, color, filled]) => ({
        id,
        label: t(id === 'failed' ? 'analytics.columns.failed' : `analytics.${id}`),
        color,
        filled,
        values: series.map((point) => point[id]),
      })),
    [series, t],
  );
  const durations = useMemo<ChartLine[]>(
    () =>
      (
        [
          ['p50', '--accent'],
          ['p90', '--warn'],
          ['p99', '--bad'],
        ] as const
      ).map(([id, color]) => ({
        id,
        label: id,
        color,
        values: series.map(({ duration }) => duration[id]),
      })),
    [series],
  );
  const format = grain === 'hour' ? formatHour : formatShortDay;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-3">
      <Totals totals={data.totals} />
      <div className="grid shrink-0 grid-cols-2 gap-3 max-lg:grid-cols-1">
        <SeriesChart
          title={t(`analytics.ends.${grain}`)}
          times={times}
          lines={ends}
          formatTime={format}
          formatValue={formatCount}
          summary={t('analytics.endsSummary', { completed: data.totals.completed, failed: data.totals.failed })}
        />
        <SeriesChart
          title={t('analytics.durations')}
          times={times}
          lines={durations}
          formatTime={format}
          formatValue={formatDuration}
          summary={t('analytics.durationsSummary')}
        />
      </div>
      <WorkflowTable workflows={data.workflows} />
      <ErrorTable errors={data.errors} />
      <p className="shrink-0 text-xs text-faint">
        {t('analytics.note', { from: formatDay(data.from), to: formatFull(data.to) })}
      </p>
    </div>
  );
}
