import type { BulkAction, JobFilter } from '@casare/shared';
import { RotateCcw, StepForward, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';

const ACTIONS = [
  { action: 'retry', icon: StepForward },
  { action: 'requeue', icon: RotateCcw },
  { action: 'purge', icon: Trash2 },
] as const;
type Action = (typeof ACTIONS)[number]['action'];

/** The same with all dead letters that match, also with those that are not loaded; counted and confirmed first. */
export function DeadLetterActions({ filter, disabled }: { filter: JobFilter; disabled: boolean }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const [asked, setAsked] = useState<{ action: Action; count: number }>();
  const [busy, setBusy] = useState(false);
  const all: JobFilter = { ...filter, deadLetter: true };
  const ask = (action: Action) =>
    api.countBulk(action, all).then(
      ({ count }) => setAsked({ action, count }),
      (error: unknown) => toast.failed(error, t('deadAll.failed')),
    );
  const run = async (action: BulkAction) => {
    setBusy(true);
    let [cursor, done, skipped, reason]: [string | undefined, number, number, string] = [undefined, 0, 0, ''];
    try {
      do {
        const reply = await api.runBulk(action, all, cursor);
        done += reply.done;
        skipped += reply.skipped.length;
        reason ||= reply.skipped[0]?.reason ?? '';
        cursor = reply.cursor ?? undefined;
      } while (cursor !== undefined);
      toast.done(
        skipped === 0 ? t('deadAll.done', { count: done }) : t('deadAll.skipped', { count: done, skipped, reason }),
      );
    } catch (error) {
      toast.failed(error, t('deadAll.failed'));
    }
    setBusy(false);
  };
  return (
    <div className="flex gap-1.5">
      {ACTIONS.map(({ action, icon }) => (
        <Button key={action} size="sm" icon={icon} disabled={disabled || busy} onClick={() => void ask(action)}>
          {t(`deadAll.${action}`)}
        </Button>
      ))}
      {asked && (
        <ConfirmDialog
          open
          danger={asked.action === 'purge'}
          title={t(`deadAll.title.${asked.action}`, { count: asked.count })}
          body={t(`deadAll.body.${asked.action}`)}
          confirmLabel={t(`deadAll.${asked.action}`)}
          onConfirm={() => run(asked.action)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
