import type { Trigger } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Switch } from '../../ui/Switch.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

export function TriggerSwitch({ trigger }: { trigger: Trigger }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const set = async (enabled: boolean) => {
    try {
      await api.setTriggerEnabled(trigger.id, enabled);
    } catch (error) {
      toast.failed(error, t('trigger.switchFailed'));
    }
    await queries.invalidateQueries({ queryKey: fleetKeys.triggers });
  };
  return (
    <Switch
      checked={trigger.enabled}
      onChange={(enabled) => void set(enabled)}
      aria-label={t('trigger.switch', { name: trigger.name })}
    />
  );
}
