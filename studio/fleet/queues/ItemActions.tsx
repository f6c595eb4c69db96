import type { FleetQueueItem } from '@casare/shared';
import { ArchiveRestore, EllipsisVertical, Eye, RotateCcw, ShieldCheck, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { eligibleItems, ITEM_ACTIONS, type ItemAction } from './item-actions.ts';
import { useItemAction } from './use-item-action.ts';

export const ACTION_ICONS = {
  retry: RotateCcw,
  verify: ShieldCheck,
  inReview: Eye,
  delete: Trash2,
  restore: ArchiveRestore,
};

/** What a person can do with one item. */
export function ItemActions({ item }: { item: FleetQueueItem }) {
  const { t } = useTranslation('fleet');
  const act = useItemAction();
  const [asked, setAsked] = useState<ItemAction>();
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button size="sm" icon={EllipsisVertical}>
            {t('queueItem.actions')}
          </Button>
        }
        items={ITEM_ACTIONS.map((action) => ({
          id: action,
          label: t(`queueItem.action.${action}`),
          icon: ACTION_ICONS[action],
          danger: action === 'delete',
          disabled: eligibleItems(action, [item]).length === 0,
          onSelect: () => (action === 'delete' ? setAsked(action) : void act(action, [item])),
        }))}
      />
      {asked && (
        <ConfirmDialog
          open
          danger
          title={t('queueItem.deleteTitle')}
          body={t('queueItem.deleteBody')}
          confirmLabel={t('queueItem.action.delete')}
          onConfirm={() => act(asked, [item])}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
