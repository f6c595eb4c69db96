import type { QueueItemState, QueueItemSummary } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../ui/StatusBadge.tsx';
import type { Status } from '../../ui/status.ts';
import { TONE_TEXT } from '../../ui/tone.ts';

const LOOKS: Record<QueueItemState, Status> = {
  new: 'pending',
  inProgress: 'running',
  successful: 'completed',
  failed: 'failed',
  retried: 'retrying',
  abandoned: 'handled',
  deleted: 'disabled',
};

export function ItemState({ state, look }: { state: QueueItemState; look?: 'soft' | 'plain' }) {
  const { t } = useTranslation('fleet');
  return <StatusBadge status={LOOKS[state]} label={t(`queueItem.states.${state}`)} {...(look && { look })} />;
}

const TONES = { onTime: 'mute', atRisk: 'warn', overdue: 'bad', met: 'ok', missed: 'bad' } as const;

/** How an item stands to its deadline. */
export function ItemRisk({ risk }: { risk: QueueItemSummary['risk'] }) {
  const { t } = useTranslation('fleet');
  if (risk === 'none') return <span className="text-faint">–</span>;
  return <span className={`text-xs font-medium ${TONE_TEXT[TONES[risk]]}`}>{t(`queueItem.risks.${risk}`)}</span>;
}
