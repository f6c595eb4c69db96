import { type Role, ROLES } from '@casare/shared';
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
import type { Invited } from './people-api.ts';

/** Somebody is invited; the token is shown once, as no mail is sent. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState<number | null>(7);
  const [made, setMade] = useState<Invited>();
  if (made)
    return (
      <ShownOnce
        title={t('people.invitedTitle', { email: made.invitation.email })}
        description={t('people.invitedBody')}
        label={t('people.token')}
        text={made.token}
        testId="new-invitation"
        onClose={onClose}
      />
    );
  const submit = async () => {
    setMade(await api.invite({ email: email.trim(), role, ...(days !== null && { expiresInDays: days }) }));
    await queries.invalidateQueries({ queryKey: fleetKeys.people });
  };
  return (
    <FormDialog
      title={t('people.invite')}
      submitLabel={t('people.invite')}
      ready={email.includes('@')}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label={t('people.email')} help={t('people.emailHelp')} required>
        <TextInput value={email} onChange={setEmail} inputMode="email" maxLength={254} />
      </Field>
      <Field label={t('people.role')} help={t(`roleHelp.${role}`)}>
        <Select
          value={role}
          onChange={setRole}
          options={ROLES.map((each) => ({ value: each, label: t(`role.${each}`) }))}
        />
      </Field>
      <Field label={t('people.days')}>
        <NumberInput value={days} onChange={setDays} min={1} max={30} unit={t('key.daysUnit')} />
      </Field>
    </FormDialog>
  );
}
