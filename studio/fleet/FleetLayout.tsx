import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../format/time.ts';
import { PageLoading } from '../shell/PageLoading.tsx';
import { classNames } from '../ui/class-names.ts';
import { WhoAndWhere } from './access/WhoAndWhere.tsx';
import { FleetNav } from './FleetNav.tsx';
import { useFleetState, useLiveStatus } from './fleet-context.tsx';
import { RefusedNote } from './RefusedNote.tsx';

const ConnectPage = lazy(async () => ({ default: (await import('./ConnectPage.tsx')).ConnectPage }));

/** The fleet's navigation and its pages; the connect screen while no orchestrator is known. */
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
  const foot = stale ? (
    <span role="status" className="font-medium text-warn">
      {t('live.from', { time: formatClock(freshAt) })}
    </span>
  ) : (
    <span className="block truncate text-faint" title={`${address.url} ${address.keyDisplay}`}>
      {address.url.replace(/^https?:\/\//, '')}
    </span>
  );
  return (
    <div className="flex min-h-0 flex-1">
      <FleetNav
        foot={
          <>
            <WhoAndWhere />
            {foot}
          </>
        }
      />
      <div className="flex min-w-0 flex-1 flex-col">
        {state === 'refused' && <RefusedNote status={status} />}
        <div data-stale={stale || undefined} className={classNames('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
          <Outlet />
        </div>
      </div>
    </div>
  );
}
