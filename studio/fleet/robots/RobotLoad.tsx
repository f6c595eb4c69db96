import type { RobotSample } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../../format/time.ts';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

const WIDTH = 340;
const HEIGHT = 64;
const DAY_MS = 86_400_000;
const LINES = [
  { id: 'cpu', color: 'var(--accent)', of: (sample: RobotSample) => sample.cpuPercent },
  { id: 'memory', color: 'var(--ok)', of: (sample: RobotSample) => sample.memoryPercent },
] as const;

/** Load of the last 24 hours, one look every five minutes. */
export function RobotLoad({ robotId }: { robotId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const load = useQuery({
    queryKey: fleetKeys.samples(robotId),
    queryFn: () => api.samples(robotId),
    refetchInterval: 5 * 60_000,
  });
  const samples = load.data?.samples ?? [];
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < 2) return null;
  const until = Date.parse(last.at);
  return (
    <figure className="m-0 px-3 pt-3" aria-label={t('robot.load')}>
      <figcaption className="flex flex-wrap gap-x-4 pb-1 text-xs whitespace-nowrap text-dim">
        <span className="font-semibold text-faint">{t('robot.load')}</span>
        {LINES.map(({ id, color, of }) => (
          <span key={id} className="tabular flex items-center gap-1.5">
            <svg width="10" height="10" aria-hidden>
              <rect width="10" height="10" rx="2" fill={color} />
            </svg>
            {t(`robot.${id}`)} {Math.round(of(last))} %
          </span>
        ))}
        <span className="ml-auto text-faint">{t('robot.since', { time: formatClock(first.at) })}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="block h-16 w-full" aria-hidden>
        {[0, 50, 100].map((percent) => (
          <line
            key={percent}
            x1={0}
            x2={WIDTH}
            y1={yOf(percent)}
            y2={yOf(percent)}
            stroke="var(--line)"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {LINES.map(({ id, color, of }) => (
          <polyline
            key={id}
            points={samples.map((sample) => `${xOf(sample, first, until)},${yOf(of(sample))}`).join(' ')}
            fill="none"
            stroke={color}
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
    </figure>
  );
}

function xOf(sample: RobotSample, first: RobotSample, until: number): number {
  const span = Math.min(DAY_MS, Math.max(1, until - Date.parse(first.at)));
  return Math.round(((Date.parse(sample.at) - (until - span)) / span) * WIDTH * 10) / 10;
}

function yOf(percent: number): number {
  return Math.round((HEIGHT - 2 - (percent / 100) * (HEIGHT - 4)) * 10) / 10;
}
