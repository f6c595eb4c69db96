import { type KeyKind, keyKindSchema, MOST_KEY_DAYS, type Scope } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { ShownOnce } from '../access/ShownOnce.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { ScopePicker } from './ScopePicker.tsx';

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<KeyKind>('robot');
  const [scopes, setScopes] = useState<Scope[]>(['jobs:read']);
  const [days, setDays] = useState<number | null>(90);
  const [made, setMade] = useState<string>();
  if (made !== undefined)
    return (
      <ShownOnce
        title={t('key.madeTitle', { name })}
        description={t('key.madeBody')}
        label={t('key.key')}
        text={made}
        testId="new-key"
        onClose={onClose}
      />
    );
  const create = async () => {
    const wanted = { name: name.trim(), kind, ...(kind === 'service' && { scopes }) };
    const reply = await api.createKey({ ...wanted, ...(days !== null && { expiresInDays: days }) });
    setMade(reply.key);
    await queries.invalidateQueries({ queryKey: fleetKeys.keys });
  };
  return (
    <FormDialog
      title={t('key.createTitle')}
      submitLabel={t('key.create')}
      ready={name.trim() !== '' && (kind !== 'service' || scopes.length > 0)}
      onSubmit={create}
      onClose={onClose}
    >
      <Field label={t('key.name')} help={t('key.nameHelp')} required>
        <TextInput value={name} onChange={setName} maxLength={100} placeholder={t('key.namePlaceholder')} />
      </Field>
      <Field label={t('key.kind')} help={t(`key.kindHelp.${kind}`)}>
        <Select
          value={kind}
          onChange={(next) => {
            setKind(next);
            setDays((old) => (old === null ? old : Math.min(old, MOST_KEY_DAYS[next])));
          }}
          options={keyKindSchema.options.map((each) => ({ value: each, label: t(`key.kinds.${each}`) }))}
        />
      </Field>
      {kind === 'service' && <ScopePicker value={scopes} onChange={setScopes} />}
      <Field label={t('key.days')} help={t('key.daysHelp', { most: MOST_KEY_DAYS[kind] })}>
        <NumberInput value={days} onChange={setDays} min={1} max={MOST_KEY_DAYS[kind]} unit={t('key.daysUnit')} />
      </Field>
    </FormDialog>
  );
}
