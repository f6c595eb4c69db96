import type { CreatedTrigger, TriggerKind } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { HowToReach } from './HowToReach.tsx';
import { KindPicker } from './KindPicker.tsx';
import { TriggerDialog } from './TriggerDialog.tsx';

interface CreateTriggerProps {
  onClose: () => void;
  onMade: (triggerId: string) => void;
}

/** What should start jobs, then how, then the address and the secret in the only moment they can be read. */
export function CreateTrigger({ onClose, onMade }: CreateTriggerProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [kind, setKind] = useState<TriggerKind>();
  const [made, setMade] = useState<CreatedTrigger>();
  if (kind === undefined) return <KindPicker onPick={setKind} onClose={onClose} />;
  if (made === undefined)
    return (
      <TriggerDialog
        kind={kind}
        onClose={onClose}
        onSend={async (wanted) => {
          const reply = await api.createTrigger(wanted);
          await queries.invalidateQueries({ queryKey: fleetKeys.triggers });
          if (reply.trigger.path === null) {
            toast.done(t('trigger.made', { name: reply.trigger.name }));
            onMade(reply.trigger.id);
          } else setMade(reply);
        }}
      />
    );
  const done = () => onMade(made.trigger.id);
  return (
    <Dialog
      open
      onClose={done}
      size="lg"
      title={t('trigger.made', { name: made.trigger.name })}
      footer={
        <Button variant="primary" onClick={done}>
          {t('key.madeDone')}
        </Button>
      }
    >
      <HowToReach trigger={made.trigger} secret={made.secret} />
    </Dialog>
  );
}
