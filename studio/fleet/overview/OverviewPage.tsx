import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { useMetrics } from '../use-fleet-data.ts';
import { ActiveJobs } from './ActiveJobs.tsx';
import { Alerts } from './Alerts.tsx';
import { Counts } from './Counts.tsx';

const QueueChart = lazy(async () => ({ default: (await import('./QueueChart.tsx')).QueueChart }));

export function OverviewPage() {
  const { t } = useTranslation('fleet');
  const metrics = useMetrics();
  if (metrics.isError && !metrics.data) {
    return <ErrorState title={t('overview.failed')} error={metrics.error} onRetry={() => void metrics.refetch()} />;
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-3">
      <h1 className="sr-only">{t('page.overview')}</h1>
      <Counts metrics={metrics.data} />
      <div className="grid shrink-0 gap-3 lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
        <Panel look="card" title={t('overview.queue')} className="h-[286px]" bodyClassName="!overflow-hidden p-2">
          <Suspense fallback={<ChartLoading />}>
            {metrics.data ? <QueueChart minutes={metrics.data.lastHour} /> : <ChartLoading />}
          </Suspense>
        </Panel>
        <Panel look="card" title={t('overview.alerts')} className="h-[286px]">
          <Alerts metrics={metrics.data} />
        </Panel>
      </div>
      <Panel
        look="card"
        title={t('overview.active')}
        className="min-h-[260px] flex-1"
        bodyClassName="flex flex-col"
        actions={
          <Link
            to="/fleet/jobs"
            search={{ state: 'pending,running,waiting' }}
            className="rounded px-2 text-xs text-accent hover:underline"
          >
            {t('overview.allActive')}
          </Link>
        }
      >
        <ActiveJobs />
      </Panel>
    </div>
  );
}

function ChartLoading() {
  const { t } = useTranslation('shell');
  return (
    <div className="flex h-full items-center justify-center text-faint">
      <Spinner label={t('loading')} />
    </div>
  );
}
