import { type Credential, credentialFaults, type CredentialKind, vaultNameSchema } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { FormDialog } from '../list/FormDialog.tsx';
import { CREDENTIAL_KIND_NAMES } from './credentials-search.ts';
import { emptyFields, FieldInputs, typedValues } from './FieldInputs.tsx';
import { readHosts } from './read-hosts.ts';

export function CreateCredentialDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: Credential) => void;
}) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<CredentialKind>('login');
  const [fields, setFields] = useState(() => emptyFields('login'));
  const [description, setDescription] = useState('');
  const [hosts, setHosts] = useState('');
  const values = typedValues(fields);
  const ready =
    vaultNameSchema.safeParse(name).success &&
    Object.keys(values).length > 0 &&
    credentialFaults(kind, values).length === 0;
  const create = async () => {
    const made = await api.createCredential({
      name,
      kind,
      description,
      allowedHosts: readHosts(hosts),
      fields: values,
    });
    toast.done(t('credential.created', { name }));
    await queries.invalidateQueries({ queryKey: fleetKeys.credentials });
    onMade(made);
  };
  return (
    <FormDialog
      title={t('credential.createTitle')}
      submitLabel={t('credential.create')}
      ready={ready}
      onSubmit={create}
      onClose={onClose}
      size="md"
    >
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('credential.name')} help={t('credential.nameHelp')} required>
          <TextInput mono value={name} onChange={(next) => setName(next.trim())} maxLength={64} placeholder="crm" />
        </Field>
        <Field label={t('credential.kind')}>
          <Select
            value={kind}
            onChange={(next) => {
              setKind(next);
              setFields(emptyFields(next));
            }}
            options={CREDENTIAL_KIND_NAMES.map((value) => ({ value, label: t(`credential.kinds.${value}`) }))}
          />
        </Field>
      </div>
      <FieldInputs kind={kind} fields={fields} onChange={setFields} />
      <Field label={t('credential.hosts')} help={t('credential.hostsHelp')}>
        <TextArea mono rows={2} value={hosts} onChange={setHosts} placeholder="api.example.com" spellCheck={false} />
      </Field>
      <Field label={t('credential.description')}>
        <TextInput value={description} onChange={setDescription} maxLength={2000} />
      </Field>
    </FormDialog>
  );
}
