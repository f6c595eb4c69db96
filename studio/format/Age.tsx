import { formatAge } from './duration.ts';
import { formatFull } from './time.ts';
import { useNow } from './use-now.ts';

/** Often enough that seconds are seen to pass, seldom enough for a table full of ages. */
const AGE_TICK_MS = 2000;

/** How long ago, counting on; the exact time as a tooltip. */
export function Age({ time, className }: { time: string | number | null; className?: string }) {
  const now = useNow(AGE_TICK_MS);
  if (time === null) return <span className={className}>–</span>;
  return (
    <time dateTime={new Date(time).toISOString()} title={formatFull(time)} className={`tabular ${className ?? ''}`}>
      {formatAge(now - new Date(time).getTime())}
    </time>
  );
}
