import { useMemo } from 'react';
import { formatFull } from '../../format/time.ts';

/** A moment as clocks of the schedule's time zone show it; the reader's own time is in the tooltip. */
export function SlotTime({ time, timeZone }: { time: string | null; timeZone: string }) {
  const format = useMemo(
    () =>
      new Intl.DateTimeFormat(undefined, {
        timeZone,
        weekday: 'short',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    [timeZone],
  );
  if (time === null) return <span className="text-faint">–</span>;
  return (
    <time
      dateTime={time}
      title={`${formatFull(time)} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`}
      className="tabular"
    >
      {format.format(new Date(time))}
    </time>
  );
}
