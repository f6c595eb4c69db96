import type { SubmitJob } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import type { RoutingDrafts } from './routing-drafts.ts';

interface RoutingFieldsProps {
  drafts: RoutingDrafts;
  onChange: (drafts: RoutingDrafts) => void;
}

type Mode = NonNullable<SubmitJob['affinity']>['mode'];
const MODES: readonly Mode[] = ['soft', 'hard', 'session'];

/** What few jobs need: where and when one runs. Folded away. */
export function RoutingFields({ drafts, onChange }: RoutingFieldsProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const groups = useQuery({ queryKey: fleetKeys.robotGroups, queryFn: () => api.robotGroups() });
  const text = (name: keyof RoutingDrafts, label: string, help?: string) => (
    <Field label={label} {...(help && { help })}>
      <TextInput value={drafts[name]} onChange={(value) => onChange({ ...drafts, [name]: value })} maxLength={1000} />
    </Field>
  );
  return (
    <details className="rounded-md border border-line">
      <summary className="cursor-pointer px-3 py-2 font-medium">{t('routing.advanced')}</summary>
      <div className="grid grid-cols-2 gap-3 px-3 pb-3">
        <Field label={t('routing.group')}>
          <Select
            value={drafts.group}
            onChange={(group) => onChange({ ...drafts, group })}
            options={[
              { value: '', label: t('routing.any') },
              ...(groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </Field>
        {text('environment', t('routing.environment'))}
        {text('capabilities', t('routing.capabilities'), t('routing.list'))}
        {text('tags', t('routing.tags'), t('routing.list'))}
        {text('preferred', t('routing.preferred'), t('routing.list'))}
        <Field label={t('routing.deadline')} help={t('routing.deadlineHelp')}>
          <TextInput
            type="datetime-local"
            value={drafts.deadline}
            onChange={(deadline) => onChange({ ...drafts, deadline })}
          />
        </Field>
        <Field label={t('routing.affinityMode')}>
          <Select
            value={drafts.mode}
            onChange={(mode) => onChange({ ...drafts, mode })}
            options={[
              { value: '', label: t('routing.affinityNone') },
              ...MODES.map((mode) => ({ value: mode, label: t(`routing.affinityModes.${mode}`) })),
            ]}
          />
        </Field>
        {text('key', t('routing.affinityKey'))}
        <div className="col-span-2">{text('after', t('routing.after'), t('routing.afterHelp'))}</div>
      </div>
    </details>
  );
}
