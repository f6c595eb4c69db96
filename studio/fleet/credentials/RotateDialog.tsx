import { type Credential, credentialFaults } from '@casare/shared';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { FormDialog } from '../list/FormDialog.tsx';
import { emptyFields, FieldInputs, typedValues } from './FieldInputs.tsx';

interface RotateDialogProps {
  credential: Credential;
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** New values, or another place where they stand. */
export function RotateDialog({ credential, onClose, onDone }: RotateDialogProps) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const { id, name, kind, external, fieldNames } = credential;
  const [fields, setFields] = useState(() =>
    kind === 'fields' && fieldNames.length > 0
      ? fieldNames.map((field, key) => ({ key, name: field, value: '' }))
      : emptyFields(kind),
  );
  const [path, setPath] = useState(external?.path ?? '');
  const values = typedValues(fields);
  const ready = external
    ? path.trim() !== ''
    : Object.keys(values).length > 0 && credentialFaults(kind, values).length === 0;
  const rotate = async () => {
    await api.rotateCredential(id, external ? { external: { ...external, path: path.trim() } } : { fields: values });
    toast.done(t('credential.rotatedDone', { name }));
    await onDone();
    onClose();
  };
  return (
    <FormDialog
      title={t('credential.rotateTitle', { name })}
      description={t('credential.rotateBody')}
      submitLabel={t('credential.rotateDo')}
      ready={ready}
      onSubmit={rotate}
      onClose={onClose}
    >
      {external ? (
        <Field label={`${t('credential.path')} (${external.store})`}>
          <TextInput mono value={path} onChange={setPath} maxLength={500} />
        </Field>
      ) : (
        <FieldInputs kind={kind} fields={fields} onChange={setFields} />
      )}
    </FormDialog>
  );
}
