import type { FleetMetrics } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import {
  CircleCheck,
  Clock,
  Cpu,
  HardDrive,
  Hourglass,
  type LucideIcon,
  MailX,
  PowerOff,
  UserCheck,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../format/duration.ts';
import { formatMegabytes } from '../../format/size.ts';
import { formatMinute } from '../../format/time.ts';
import { type Tone, TONE_TEXT } from '../../ui/tone.ts';
import { useRobots } from '../use-fleet-data.ts';
import { type Alert, findAlerts } from './find-alerts.ts';

interface AlertLook {
  icon: LucideIcon;
  tone: Tone;
  text: string;
  to: '/fleet/jobs' | '/fleet/robots' | '/fleet/tasks' | '/fleet/dead-letters';
  search: Record<string, string>;
}

/** At most this many robots are named; the rest is a number. */
const MOST = 30;

export function Alerts({ metrics }: { metrics: FleetMetrics | undefined }) {
  const { t } = useTranslation('fleet');
  const robots = useRobots();
  const alerts = findAlerts(metrics, robots.data ?? []);
  const look = (alert: Alert): AlertLook => {
    switch (alert.kind) {
      case 'noRobots':
        return { icon: PowerOff, tone: 'bad', text: t('alert.noRobots'), to: '/fleet/robots', search: {} };
      case 'offline': {
        const since = formatMinute(alert.robot.lastHeartbeatAt);
        const text = t('alert.offline', { name: alert.robot.name, since });
        return { icon: PowerOff, tone: 'bad', text, to: '/fleet/robots', search: { robot: alert.robot.id } };
      }
      case 'deadLetters':
        return {
          icon: MailX,
          tone: 'bad',
          text: t('alert.deadLetters', { count: alert.count }),
          to: '/fleet/dead-letters',
          search: {},
        };
      case 'oldPending': {
        const text = t('alert.oldPending', { age: formatDuration(alert.seconds * 1000) });
        return { icon: Clock, tone: 'warn', text, to: '/fleet/jobs', search: { state: 'pending' } };
      }
      case 'waiting':
        return {
          icon: Hourglass,
          tone: 'warn',
          text: t('alert.waiting', { count: alert.count }),
          to: '/fleet/jobs',
          search: { state: 'waiting' },
        };
      case 'tasks':
        return {
          icon: UserCheck,
          tone: 'warn',
          text: t('alert.tasks', { count: alert.count }),
          to: '/fleet/tasks',
          search: {},
        };
      case 'cpu': {
        const text = t('alert.cpu', { name: alert.robot.name, percent: Math.round(alert.percent) });
        return { icon: Cpu, tone: 'warn', text, to: '/fleet/robots', search: { robot: alert.robot.id } };
      }
      case 'disk': {
        const text = t('alert.disk', { name: alert.robot.name, free: formatMegabytes(alert.freeMb) });
        return { icon: HardDrive, tone: 'bad', text, to: '/fleet/robots', search: { robot: alert.robot.id } };
      }
      default:
        return alert satisfies never;
    }
  };
  if (alerts.length === 0) {
    return (
      <p className="flex items-center gap-2 p-3 text-dim">
        <CircleCheck size={15} className="text-ok" aria-hidden />
        {t('alert.none')}
      </p>
    );
  }
  return (
    <ul>
      {alerts.slice(0, MOST).map((alert) => {
        const { icon: Icon, tone, text, to, search } = look(alert);
        return (
          <li key={text} className="border-b border-line last:border-b-0">
            <Link to={to} search={search} className="flex gap-2 px-3 py-2 outline-offset-[-2px] hover:bg-hover">
              <Icon size={15} className={`mt-0.5 shrink-0 ${TONE_TEXT[tone]}`} aria-hidden />
              <span className="min-w-0 break-words">{text}</span>
            </Link>
          </li>
        );
      })}
      {alerts.length > MOST && (
        <li className="px-3 py-2 text-faint">{t('alert.more', { count: alerts.length - MOST })}</li>
      )}
    </ul>
  );
}
