import type { FleetMetrics } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../ui/class-names.ts';
import { type Status, STATUSES } from '../../ui/status.ts';
import { TONE_TEXT } from '../../ui/tone.ts';

interface Count {
  id: 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'deadLetters' | 'robots';
  status: Status;
  value: string | undefined;
  /** Whether the number is worth its colour. */
  loud: boolean;
  to: '/fleet/jobs' | '/fleet/robots' | '/fleet/dead-letters';
  search: { state?: string };
}

/** The numbers of the fleet; each leads to the list it counts. */
export function Counts({ metrics }: { metrics: FleetMetrics | undefined }) {
  const { t } = useTranslation('fleet');
  const { jobs, robots } = metrics ?? {};
  const job = (id: 'pending' | 'running' | 'waiting' | 'completed' | 'failed'): Count => ({
    id,
    status: id,
    value: jobs?.[id].toLocaleString(),
    loud: (jobs?.[id] ?? 0) > 0,
    to: '/fleet/jobs',
    search: { state: id },
  });
  const counts: Count[] = [
    job('pending'),
    job('running'),
    job('waiting'),
    job('completed'),
    job('failed'),
    {
      id: 'deadLetters',
      status: 'failed',
      value: jobs?.deadLetters.toLocaleString(),
      loud: (jobs?.deadLetters ?? 0) > 0,
      to: '/fleet/dead-letters',
      search: {},
    },
    {
      id: 'robots',
      status: robots && robots.online === 0 ? 'offline' : 'idle',
      value: robots && `${robots.online.toLocaleString()} / ${robots.total.toLocaleString()}`,
      loud: true,
      to: '/fleet/robots',
      search: {},
    },
  ];
  return (
    <ul
      aria-label={t('overview.counts')}
      className="grid shrink-0 grid-cols-7 gap-px max-xl:grid-cols-4 max-xl:*:last:col-span-2 overflow-hidden rounded-lg border border-line bg-line"
    >
      {counts.map(({ id, status, value, loud, to, search }) => {
        const { icon: Icon, tone } = STATUSES[status];
        return (
          <li key={id} className="bg-surface">
            <Link
              to={to}
              search={search}
              data-testid={`count-${id}`}
              className="flex flex-col gap-1 px-3 py-2.5 outline-offset-[-2px] hover:bg-hover"
            >
              <span className="flex items-center gap-1.5 text-xs whitespace-nowrap text-dim">
                <Icon size={13} aria-hidden className={classNames('shrink-0', loud ? TONE_TEXT[tone] : 'text-faint')} />
                {t(`count.${id}`)}
              </span>
              {value === undefined ? (
                <span className="skeleton h-6.5 w-10" />
              ) : (
                <span className={classNames('tabular text-xl font-semibold', !loud && 'text-faint')}>{value}</span>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
