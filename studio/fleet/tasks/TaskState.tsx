import type { TaskState as State } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../ui/StatusBadge.tsx';

const LOOKS = { open: 'waiting', answered: 'completed', expired: 'handled', cancelled: 'cancelled' } as const;

export function TaskState({ state, look }: { state: State; look?: 'soft' | 'plain' }) {
  const { t } = useTranslation('fleet');
  return <StatusBadge status={LOOKS[state]} label={t(`task.states.${state}`)} {...(look && { look })} />;
}
