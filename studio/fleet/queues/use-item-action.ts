import { AppError, type QueueItemSummary } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import type { ItemAction } from './item-actions.ts';
import type { BulkItems } from './queues-api.ts';

const REQUESTS: Record<ItemAction, Omit<BulkItems, 'ids'>> = {
  retry: { action: 'retry' },
  verify: { action: 'review', review: 'verified' },
  inReview: { action: 'review', review: 'inReview' },
  delete: { action: 'delete' },
  restore: { action: 'restore' },
};

/** Does it to each of the items, and tells how many there were and what was refused. */
export function useItemAction(): (action: ItemAction, items: readonly QueueItemSummary[]) => Promise<void> {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  return async (action, items) => {
    try {
      const { done, refused } = await api.bulkQueueItems({ ...REQUESTS[action], ids: items.map(({ id }) => id) });
      const [first] = refused;
      if (first)
        toast.failed(new AppError('CONFLICT', first.message), t('queueItems.refused', { done, count: refused.length }));
      else toast.done(t(`queueItems.done.${action}`, { count: done }));
      await queries.invalidateQueries({ queryKey: fleetKeys.queueItemLists });
    } catch (error) {
      toast.failed(error, t('queueItems.actionFailed'));
    }
  };
}
