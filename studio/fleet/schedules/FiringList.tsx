import type { Schedule } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Outcome } from './ScheduleState.tsx';
import { SlotTime } from './SlotTime.tsx';
import { useFirings } from './use-schedules.ts';

/** What became of its slots, newest first. */
export function FiringList({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('fleet');
  const list = useFirings(schedule.id);
  if (list.error !== undefined && list.rows.length === 0)
    return <ErrorState title={t('schedule.historyFailed')} error={list.error} onRetry={list.retry} />;
  if (list.rows.length === 0 && !list.loading) return <p className="p-3 text-dim">{t('schedule.noHistory')}</p>;
  return (
    <ol className="min-h-0 flex-1 overflow-auto py-1">
      {list.rows.map(({ id, slot, through, slots, outcome, reason, jobId }) => (
        <li key={id} className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 px-3 py-1">
          <Outcome outcome={outcome} />
          <div className="min-w-0">
            <span className="flex flex-wrap items-center gap-x-2">
              <SlotTime time={slot} timeZone={schedule.timeZone} />
              {through !== null && (
                <>
                  – <SlotTime time={through} timeZone={schedule.timeZone} />
                </>
              )}
              {slots > 1 && <span className="text-xs text-faint">{t('schedule.slots', { count: slots })}</span>}
              {jobId !== null && (
                <Link
                  to="/fleet/jobs/$jobId"
                  params={{ jobId }}
                  className="rounded text-xs text-accent hover:underline"
                >
                  {t('schedule.job')}
                </Link>
              )}
            </span>
            {reason !== '' && <p className="text-xs text-dim">{reason}</p>}
          </div>
        </li>
      ))}
      {list.more && (
        <li className="p-3">
          <Button size="sm" loading={list.busy} onClick={() => list.loadMore?.()}>
            {t('schedule.more')}
          </Button>
        </li>
      )}
    </ol>
  );
}
