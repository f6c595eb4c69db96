import type { WorkflowInput } from '@casare/shared';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/Badge.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import type { Drafts, InputFault } from './submit-inputs.ts';

interface InputFieldsProps {
  inputs: readonly WorkflowInput[];
  drafts: Drafts;
  /** Shown beside their fields. */
  faults: Readonly<Record<string, InputFault>>;
  onChange: (drafts: Drafts) => void;
}

/** One field per declared input of a workflow. */
export function InputFields({ inputs, drafts, faults, onChange }: InputFieldsProps) {
  const { t } = useTranslation('fleet');
  if (inputs.length === 0) return <p className="text-dim">{t('submit.noInputs')}</p>;
  return inputs.map((input) => {
    const fault = faults[input.name];
    const draft = drafts[input.name] ?? null;
    const set = (value: Drafts[string]) => onChange({ ...drafts, [input.name]: value });
    return (
      <Field
        key={input.name}
        label={<span className="font-mono">{input.name}</span>}
        aside={<Badge>{t(`submit.types.${input.type}`)}</Badge>}
        required={input.required ?? false}
        {...(input.description ? { help: input.description } : {})}
        {...(fault ? { error: t(`submit.faults.${fault}`) } : {})}
      >
        <InputControl input={input} draft={draft} onChange={set} />
      </Field>
    );
  });
}

function InputControl({
  input,
  draft,
  onChange,
}: {
  input: WorkflowInput;
  draft: Drafts[string];
  onChange: (value: Drafts[string]) => void;
}) {
  switch (input.type) {
    case 'boolean':
      return <Switch checked={draft === true} onChange={onChange} />;
    case 'number':
      return <NumberInput value={typeof draft === 'number' ? draft : null} onChange={onChange} />;
    case 'list':
    case 'object':
      return (
        <TextArea
          mono
          rows={4}
          value={String(draft ?? '')}
          onChange={onChange}
          placeholder={input.type === 'list' ? '["a", "b"]' : '{ "key": "value" }'}
        />
      );
    case 'any':
    case 'text':
      return <TextInput value={String(draft ?? '')} onChange={onChange} type={input.secret ? 'password' : 'text'} />;
    default:
      return input.type satisfies never;
  }
}
