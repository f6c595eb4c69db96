import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../format/time.ts';
import { PageLoading } from '../shell/PageLoading.tsx';
import { Badge } from '../ui/Badge.tsx';
import { classNames } from '../ui/class-names.ts';
import { useFleetState, useLiveStatus } from './fleet-context.tsx';
import { RefusedNote } from './RefusedNote.tsx';
import { useMetrics } from './use-fleet-data.ts';

const ConnectPage = lazy(async () => ({ default: (await import('./ConnectPage.tsx')).ConnectPage }));

const PAGES = ['overview', 'robots', 'jobs', 'tasks', 'workflows', 'dead-letters', 'keys'] as const;

/** How many questions wait for somebody. */
function OpenTasks() {
  const { t } = useTranslation('fleet');
  const count = useMetrics().data?.tasks?.open ?? 0;
  if (count === 0) return null;
  return (
    <Badge tone="warn" className="ml-1.5">
      <span aria-hidden>{count > 999 ? '999+' : count}</span>
      <span className="sr-only">{t('tasks.open', { count })}</span>
    </Badge>
  );
}

/** The fleet's top bar and its pages; the connect screen while no orchestrator is known. */
export function FleetLayout() {
  const { t } = useTranslation('fleet');
  const { address, client } = useFleetState();
  const status = useLiveStatus();
  const { state, freshAt } = status;
  if (address === undefined || (address !== null && !client)) return <PageLoading />;
  if (address === null)
    return (
      <Suspense fallback={<PageLoading />}>
        <ConnectPage />
      </Suspense>
    );
  // Never silently wrong: what is shown from before a cut is grey.
  const stale = freshAt !== undefined && (state === 'reconnecting' || state === 'refused');
  return (
    <>
      <header className="flex h-11 shrink-0 items-center gap-4 border-b border-line bg-surface px-3">
        <span className="text-base font-semibold">{t('title')}</span>
        <nav aria-label={t('pages')} className="flex min-w-0 flex-1 gap-0.5 self-stretch overflow-x-auto">
          {PAGES.map((page) => (
            <Link
              key={page}
              to={`/fleet/${page}`}
              activeOptions={{ includeSearch: false }}
              className="flex items-center border-b-2 border-transparent px-2.5 font-medium whitespace-nowrap text-dim outline-offset-[-2px] hover:text-text"
              activeProps={{ className: '!border-accent !text-text' }}
            >
              {t(`page.${page}`)}
              {page === 'tasks' && client && <OpenTasks />}
            </Link>
          ))}
        </nav>
        {stale ? (
          <span role="status" className="shrink-0 text-xs font-medium text-warn">
            {t('live.from', { time: formatClock(freshAt) })}
          </span>
        ) : (
          <span className="hidden truncate text-xs text-faint lg:inline" title={address.keyDisplay}>
            {address.url}
          </span>
        )}
      </header>
      {state === 'refused' && <RefusedNote status={status} />}
      <div data-stale={stale || undefined} className={classNames('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
        <Outlet />
      </div>
    </>
  );
}
