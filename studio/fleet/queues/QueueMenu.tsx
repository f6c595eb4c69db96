import type { FleetQueue } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { EllipsisVertical, Pause, Play, Settings2, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

const QueueDialog = lazy(async () => ({ default: (await import('./QueueDialog.tsx')).QueueDialog }));

/** What can be done with a queue as a whole. */
export function QueueMenu({ queue }: { queue: FleetQueue }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'settings' | 'delete'>();
  const { id, name, paused } = queue;
  const pause = () =>
    api.changeQueue(id, { paused: !paused }).then(
      (changed) => queries.setQueryData(fleetKeys.queue(id), changed),
      (error: unknown) => toast.failed(error, t('queue.saveFailed', { name })),
    );
  const remove = () =>
    api.deleteQueue(id).then(
      async () => {
        toast.done(t('queue.deleted', { name }));
        await navigate({ to: '/fleet/queues' });
        await queries.invalidateQueries({ queryKey: fleetKeys.queues });
      },
      (error: unknown) => toast.failed(error, t('queue.deleteFailed', { name })),
    );
  return (
    <>
      <Menu
        align="end"
        trigger={<Button size="sm" icon={EllipsisVertical} aria-label={t('queue.menu', { name })} />}
        items={[
          { id: 'settings', label: t('queue.settings'), icon: Settings2, onSelect: () => setOpen('settings') },
          {
            id: 'pause',
            label: t(paused ? 'queue.resume' : 'queue.pause'),
            icon: paused ? Play : Pause,
            onSelect: () => void pause(),
          },
          { id: 'delete', label: t('queue.delete'), icon: Trash2, danger: true, onSelect: () => setOpen('delete') },
        ]}
      />
      {open === 'settings' && (
        <Suspense>
          <QueueDialog queue={queue} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
      {open === 'delete' && (
        <ConfirmDialog
          open
          danger
          title={t('queue.deleteTitle', { name })}
          body={t('queue.deleteBody', { count: queue.figures.new + queue.figures.postponed })}
          confirmLabel={t('queue.delete')}
          onConfirm={remove}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
