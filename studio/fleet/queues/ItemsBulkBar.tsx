import type { QueueItemSummary } from '@casare/shared';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ACTION_ICONS } from './ItemActions.tsx';
import { eligibleItems, ITEM_ACTIONS, type ItemAction } from './item-actions.ts';
import { useItemAction } from './use-item-action.ts';

/** Stands over the items while some are ticked; a click says what it will be done to before it is done. */
export function ItemsBulkBar({ items, onClear }: { items: readonly QueueItemSummary[]; onClear: () => void }) {
  const { t } = useTranslation('fleet');
  const act = useItemAction();
  // The items of the moment the dialog was opened: live changes must not change what was confirmed.
  const [asked, setAsked] = useState<{ action: ItemAction; items: QueueItemSummary[] }>();
  return (
    <div
      role="toolbar"
      aria-label={t('queueItems.bulk')}
      className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-3 py-1"
    >
      <span className="tabular font-medium">{t('queueItems.ticked', { count: items.length })}</span>
      {ITEM_ACTIONS.map((action) => {
        const able = eligibleItems(action, items);
        if (able.length === 0) return null;
        return (
          <Button key={action} size="sm" icon={ACTION_ICONS[action]} onClick={() => setAsked({ action, items: able })}>
            {t('queueItems.bulkAction', { action: t(`queueItem.action.${action}`), count: able.length })}
          </Button>
        );
      })}
      <IconButton icon={X} size="sm" label={t('bulk.clear')} onClick={onClear} className="ml-auto" />
      {asked && (
        <ConfirmDialog
          open
          danger={asked.action === 'delete'}
          title={t(`queueItems.ask.${asked.action}`, { count: asked.items.length })}
          body={t(`queueItems.askBody.${asked.action}`)}
          confirmLabel={t('queueItems.bulkAction', {
            action: t(`queueItem.action.${asked.action}`),
            count: asked.items.length,
          })}
          onConfirm={async () => {
            await act(asked.action, asked.items);
            onClear();
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
