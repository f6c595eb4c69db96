import type { Finding } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

const LOOK: Record<Finding['level'], { icon: LucideIcon; color: string }> = {
  error: { icon: CircleAlert, color: 'text-bad' },
  warn: { icon: TriangleAlert, color: 'text-warn' },
  info: { icon: Info, color: 'text-faint' },
  ok: { icon: CircleCheck, color: 'text-ok' },
};
const ORDER: readonly Finding['level'][] = ['error', 'warn', 'info', 'ok'];

/** What the robot found about its machine: what is wrong first, with what to do. */
export function RobotDoctor({ robotId }: { robotId: string }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const doctor = useQuery({ queryKey: fleetKeys.doctor(robotId), queryFn: () => api.doctor(robotId) });
  const findings = (doctor.data?.findings ?? []).toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  const wrong = findings.filter(({ level }) => level !== 'ok');
  return (
    <section aria-label={t('robot.doctor')}>
      <h3 className="flex items-center px-3 pt-3 pb-1 text-xs font-semibold text-faint">
        {t('robot.doctor')}
        <Age time={doctor.data?.at ?? null} className="ml-auto font-normal" />
      </h3>
      {doctor.data?.at === null && <p className="px-3 text-dim">{t('robot.noDoctor')}</p>}
      <ul>
        {wrong.map((finding) => (
          <Row key={finding.check} finding={finding} />
        ))}
      </ul>
      {findings.length > wrong.length && (
        <details className="px-3">
          <summary className="cursor-pointer py-1 text-dim">
            {t('robot.wellCount', { count: findings.length - wrong.length })}
          </summary>
          <ul className="-mx-3">
            {findings.slice(wrong.length).map((finding) => (
              <Row key={finding.check} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Row({ finding }: { finding: Finding }) {
  const { t } = useTranslation('fleet');
  const { icon: Icon, color } = LOOK[finding.level];
  return (
    <li className="flex gap-2 px-3 py-1">
      <Icon size={15} className={`mt-0.5 shrink-0 ${color}`} aria-label={t(`robot.level.${finding.level}`)} />
      <span className="min-w-0">
        {finding.message}
        {finding.cure !== '' && <span className="block text-xs text-dim">{finding.cure}</span>}
      </span>
    </li>
  );
}
