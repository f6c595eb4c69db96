import type { FleetQueue, TriggerKind } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';
import { allPages } from '../fleet-requests.ts';
import { useWorkflows } from '../use-fleet-data.ts';
import { type Drafts, isShown, SETTING_FIELDS, type SettingField } from './setting-fields.ts';

interface SettingInputsProps {
  kind: TriggerKind;
  drafts: Drafts;
  onChange: (drafts: Drafts) => void;
  /** Secrets stay when nothing is typed. */
  isChange?: boolean;
}

/** The fields of one kind of trigger. */
export function SettingInputs({ kind, drafts, onChange, isChange = false }: SettingInputsProps) {
  const { t } = useTranslation('fleet');
  const shown = SETTING_FIELDS[kind].filter((field) => isShown(field, drafts));
  const show = (field: SettingField) => (
    <SettingInput
      key={field.name}
      field={isChange && field.type === 'secret' ? { ...field, required: false } : field}
      kind={kind}
      value={drafts[field.name] ?? ''}
      onChange={(value) => onChange({ ...drafts, [field.name]: value })}
      isChange={isChange}
    />
  );
  const more = shown.filter((field) => field.more);
  return (
    <>
      {shown.filter((field) => !field.more).map(show)}
      {more.length > 0 && (
        <details className="group">
          <summary className="flex cursor-pointer list-none items-center gap-1 rounded text-dim hover:text-text">
            <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
            {t('trigger.more')}
          </summary>
          <div className="mt-3 flex flex-col gap-3">{more.map(show)}</div>
        </details>
      )}
    </>
  );
}

interface SettingInputProps {
  field: SettingField;
  kind: TriggerKind;
  value: string | number | boolean;
  onChange: (value: string | number | boolean | null) => void;
  isChange: boolean;
}

function SettingInput({ field, kind, value, onChange, isChange }: SettingInputProps) {
  const { t, i18n } = useTranslation('fleet');
  const { name, type, required = false, choices = [], placeholder = '' } = field;
  const words = (path: string) =>
    [`trigger.field.${kind}.${path}`, `trigger.field.${path}`].find((key) => i18n.exists(key, { ns: 'fleet' }));
  const say = (path: string) => {
    const key = words(path);
    return key === undefined ? '' : (t as (key: string) => string)(key);
  };
  const label = say(`${name}.label`) || name;
  const help = type === 'secret' && isChange ? t('trigger.secretStays') : say(`${name}.help`);
  if (type === 'checkbox')
    return (
      <div className={name === 'allowUnsigned' ? 'rounded-md bg-bad-soft px-3 py-2 text-bad' : ''}>
        <Checkbox checked={value === true} onChange={onChange} label={label} />
        {help !== '' && <p className="mt-1 text-xs">{help}</p>}
      </div>
    );
  return (
    <Field label={label} {...(help !== '' && { help })} required={required}>
      {type === 'number' ? (
        <NumberInput value={value === '' ? null : Number(value)} onChange={onChange} min={0} />
      ) : type === 'lines' ? (
        <TextArea
          value={String(value)}
          onChange={onChange}
          rows={3}
          placeholder={placeholder}
          mono={name !== 'description' && name !== 'thanks'}
        />
      ) : type === 'choice' ? (
        <Select
          value={String(value)}
          onChange={onChange}
          options={choices.map((choice) => ({
            value: choice,
            label: say(`${name}.choice.${choice.replaceAll(',', '_')}`) || choice,
          }))}
        />
      ) : type === 'workflow' ? (
        <WorkflowSelect value={String(value)} onChange={onChange} />
      ) : type === 'queue' ? (
        <QueueSelect value={String(value)} onChange={onChange} />
      ) : (
        <TextInput
          value={String(value)}
          onChange={onChange}
          placeholder={placeholder}
          mono={type !== 'secret'}
          {...(type === 'secret' && { type: 'password', autoComplete: 'new-password' })}
        />
      )}
    </Field>
  );
}

export function WorkflowSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation('fleet');
  const workflows = useWorkflows().data ?? [];
  return (
    <Select
      value={value === '' ? null : value}
      onChange={onChange}
      placeholder={t('trigger.chooseWorkflow')}
      options={workflows.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}

function QueueSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queues = useQuery({
    queryKey: [...fleetKeys.triggers, 'queues'],
    queryFn: () => allPages<FleetQueue>(api.queues),
  });
  return (
    <Select
      value={value === '' ? null : value}
      onChange={onChange}
      placeholder={t('trigger.chooseQueue')}
      options={(queues.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
