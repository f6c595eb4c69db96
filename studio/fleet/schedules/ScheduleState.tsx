import type { Schedule, ScheduleFiring } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import type { Status } from '../../ui/status.ts';
import { StatusBadge } from '../../ui/StatusBadge.tsx';

const states: Record<Schedule['state'], Status> = { active: 'idle', paused: 'paused', ended: 'disabled' };
const outcomes: Record<ScheduleFiring['outcome'], Status> = {
  fired: 'completed',
  queued: 'pending',
  skipped: 'skipped',
  excluded: 'disabled',
  missed: 'waiting',
  failed: 'failed',
};

export function ScheduleState({ state, look = 'soft' }: { state: Schedule['state']; look?: 'soft' | 'plain' }) {
  const { t } = useTranslation('fleet');
  return <StatusBadge status={states[state]} label={t(`schedule.states.${state}`)} look={look} />;
}

export function Outcome({ outcome }: Pick<ScheduleFiring, 'outcome'>) {
  const { t } = useTranslation('fleet');
  return <StatusBadge status={outcomes[outcome]} label={t(`schedule.outcomes.${outcome}`)} look="plain" />;
}
