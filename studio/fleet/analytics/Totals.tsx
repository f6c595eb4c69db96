import type { Analytics } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';

const count = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** The range in a few figures. */
export function Totals({ totals }: Pick<Analytics, 'totals'>) {
  const { t } = useTranslation('fleet');
  const duration = (ms: number | null) => (ms === null ? '–' : formatDuration(ms));
  const figures: [name: string, value: string, more: string][] = [
    [
      t('analytics.jobs'),
      count.format(totals.completed + totals.failed + totals.cancelled),
      t('analytics.jobsMore', { failed: count.format(totals.failed), cancelled: count.format(totals.cancelled) }),
    ],
    [
      t('analytics.success'),
      totals.successRate === null ? '–' : percent.format(totals.successRate),
      t('analytics.successMore', { count: totals.retried }),
    ],
    [
      t('analytics.duration'),
      duration(totals.duration.p50),
      t('analytics.percentiles', { p90: duration(totals.duration.p90), p99: duration(totals.duration.p99) }),
    ],
    [
      t('analytics.waiting'),
      duration(totals.waiting.p50),
      t('analytics.percentiles', { p90: duration(totals.waiting.p90), p99: duration(totals.waiting.p99) }),
    ],
    [t('analytics.healed'), count.format(totals.healed), t('analytics.healedMore')],
    [
      t('analytics.saved'),
      totals.hoursSaved === null ? '–' : t('analytics.hours', { hours: count.format(totals.hoursSaved) }),
      t(totals.hoursSaved === null ? 'analytics.savedNone' : 'analytics.savedMore'),
    ],
  ];
  return (
    <dl className="grid shrink-0 grid-cols-6 gap-3 max-xl:grid-cols-3">
      {figures.map(([name, value, more]) => (
        <div key={name} className="rounded-md border border-line bg-surface px-3 py-2">
          <dt className="text-xs text-dim">{name}</dt>
          <dd className="tabular text-xl font-semibold">{value}</dd>
          <dd className="text-xs text-faint">{more}</dd>
        </div>
      ))}
    </dl>
  );
}
