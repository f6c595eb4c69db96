import type { HumanValues, TaskField } from '@casare/shared';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Field } from '../ui/Field.tsx';
import { NumberInput } from '../ui/NumberInput.tsx';
import { Select } from '../ui/Select.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import { TextInput } from '../ui/TextInput.tsx';

interface TaskFieldInputProps {
  field: TaskField;
  value: HumanValues[string];
  fault: string | undefined;
  onChange: (value: HumanValues[string]) => void;
}

/** One question of a form. */
export function TaskFieldInput({ field, value, fault, onChange }: TaskFieldInputProps) {
  const label = field.label || field.name;
  return (
    <Field
      label={label}
      required={field.required}
      {...(fault && { error: fault })}
      {...(field.help && { help: field.help })}
    >
      <Input field={field} label={label} value={value} onChange={onChange} />
    </Field>
  );
}

function Input({ field, label, value, onChange }: Omit<TaskFieldInputProps, 'fault'> & { label: string }) {
  const text = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'number':
      return <NumberInput aria-label={label} value={typeof value === 'number' ? value : null} onChange={onChange} />;
    case 'checkbox':
      return <Checkbox aria-label={label} checked={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <Select
          aria-label={label}
          value={text === '' ? null : text}
          onChange={onChange}
          placeholder="Choose"
          options={field.choices.map((choice) => ({ value: choice, label: choice }))}
        />
      );
    case 'multiline':
      return <TextArea value={text} onChange={onChange} rows={4} />;
    case 'secret':
      return <TextInput type="password" autoComplete="off" value={text} onChange={onChange} />;
    case 'date':
      return <TextInput type="date" value={text} onChange={onChange} />;
    default:
      return <TextInput value={text} onChange={onChange} />;
  }
}
