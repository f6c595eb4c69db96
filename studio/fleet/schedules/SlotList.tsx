import type { SlotPreview } from '@casare/shared';
import { CalendarOff, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SlotTime } from './SlotTime.tsx';

/** Slots in their order; what does not run says why, and what a change of clocks does stands below. */
export function SlotList({ slots, timeZone, none }: { slots: readonly SlotPreview[]; timeZone: string; none: string }) {
  const { t } = useTranslation('fleet');
  if (slots.length === 0) return <p className="p-3 text-dim">{none}</p>;
  return (
    <ol className="flex flex-col py-1">
      {slots.map(({ at, runs, reason, note }) => (
        <li key={at} className="flex gap-2 px-3 py-1">
          {runs ? (
            <Clock size={14} className="mt-0.5 shrink-0 text-ok" aria-label={t('schedule.runs')} />
          ) : (
            <CalendarOff size={14} className="mt-0.5 shrink-0 text-mute" aria-label={t('schedule.runsNot')} />
          )}
          <div className="min-w-0">
            <span className={runs ? '' : 'text-faint line-through'}>
              <SlotTime time={at} timeZone={timeZone} />
            </span>
            {reason !== null && <p className="text-xs text-dim">{reason}</p>}
            {note !== null && <p className="text-xs text-warn">{note}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
