import { CREDENTIAL_KINDS, type CredentialKind, isSecretField } from '@casare/shared';
import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';

/** What is typed, in order; the names are free for the kind "fields" only. */
export interface TypedField {
  /** Tells the rows apart while names are typed. */
  readonly key: number;
  readonly name: string;
  readonly value: string;
}

export function emptyFields(kind: CredentialKind): TypedField[] {
  const names: readonly string[] = CREDENTIAL_KINDS[kind].fields;
  return (names.length > 0 ? names : ['']).map((name, key) => ({ key, name, value: '' }));
}

/** Those that have a name and a value. */
export function typedValues(fields: readonly TypedField[]): Record<string, string> {
  return Object.fromEntries(
    fields.filter(({ name, value }) => name !== '' && value !== '').map((one) => [one.name, one.value]),
  );
}

interface FieldInputsProps {
  kind: CredentialKind;
  fields: readonly TypedField[];
  onChange: (fields: TypedField[]) => void;
}

const LONG = new Set(['privateKey', 'publicKey', 'certificate']);

export function FieldInputs({ kind, fields, onChange }: FieldInputsProps) {
  const { t } = useTranslation('fleet');
  const change = (key: number, part: Partial<TypedField>) =>
    onChange(fields.map((field) => (field.key === key ? { ...field, ...part } : field)));
  if (kind === 'fields')
    return (
      <div className="flex flex-col gap-2">
        {fields.map((field) => (
          <div key={field.key} className="flex items-center gap-2">
            <TextInput
              aria-label={t('credential.fieldName')}
              placeholder={t('credential.fieldName')}
              mono
              className="w-40"
              value={field.name}
              onChange={(name) => change(field.key, { name: name.trim() })}
            />
            <SecretInput
              label={t('credential.fieldValue')}
              value={field.value}
              onChange={(value) => change(field.key, { value })}
            />
            <IconButton
              icon={X}
              label={t('credential.removeField')}
              disabled={fields.length === 1}
              onClick={() => onChange(fields.filter(({ key }) => key !== field.key))}
            />
          </div>
        ))}
        <div>
          <Button
            size="sm"
            icon={Plus}
            onClick={() =>
              onChange([...fields, { key: Math.max(...fields.map(({ key }) => key)) + 1, name: '', value: '' }])
            }
          >
            {t('credential.addField')}
          </Button>
        </div>
      </div>
    );
  return fields.map((field) => {
    const label = t(`credential.fields.${field.name as 'password'}`);
    const secret = isSecretField(kind, field.name);
    const short = secret && field.value !== '' && field.value.length < 6;
    return (
      <Field key={field.key} label={label} {...(short && { help: t('credential.short') })}>
        {LONG.has(field.name) ? (
          <TextArea
            mono
            rows={4}
            value={field.value}
            onChange={(value) => change(field.key, { value })}
            spellCheck={false}
          />
        ) : secret ? (
          <SecretInput label={label} value={field.value} onChange={(value) => change(field.key, { value })} />
        ) : (
          <TextInput value={field.value} autoComplete="off" onChange={(value) => change(field.key, { value })} />
        )}
      </Field>
    );
  });
}

function SecretInput({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return <TextInput type="password" autoComplete="new-password" aria-label={label} value={value} onChange={onChange} />;
}
