import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import { JsonInput } from './JsonInput.tsx';
import { KeyValueInput } from './KeyValueInput.tsx';
import { type LiteralInputProps, shownDefault } from './literal-input-props.ts';
import { ListInput } from './ListInput.tsx';
import { looseText, looseValue } from './loose-value.ts';
import { ObjectInput } from './ObjectInput.tsx';
import { PlainText } from './PlainText.tsx';
import { PasswordInput } from './PasswordInput.tsx';
import { ScriptInput } from './ScriptInput.tsx';
import { SelectorInput } from './SelectorInput.tsx';
import { VariableInput } from './VariableInput.tsx';
import { WorkflowInput } from './WorkflowInput.tsx';
import { WorkflowValuesInput } from './WorkflowValuesInput.tsx';

/** The input for a plain value of a parameter. */
export function LiteralInput(props: LiteralInputProps) {
  const { field, value, label, onChange } = props;
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  const setText = (next: string) => onChange(next === '' ? undefined : next);
  const placeholder = field.placeholder ?? shownDefault(field.default);
  switch (field.widget) {
    case 'number':
      return (
        <NumberInput
          aria-label={label}
          value={typeof value === 'number' ? value : null}
          placeholder={placeholder}
          min={field.min !== undefined && field.min > -1e9 ? field.min : undefined}
          max={field.max !== undefined && field.max < 1e12 ? field.max : undefined}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case 'select':
      return <EnumSelect {...props} />;
    case 'switch':
      return <Switch aria-label={label} checked={(value ?? field.default) === true} onChange={onChange} />;
    case 'list':
      return <ListInput {...props} />;
    case 'keyvalue':
      return <KeyValueInput {...props} />;
    case 'object':
      return <ObjectInput {...props} />;
    case 'json':
      return <JsonInput {...props} />;
    case 'code':
      return <ScriptInput {...props} />;
    case 'selector':
      return <SelectorInput {...props} />;
    case 'password':
      return <PasswordInput {...props} />;
    case 'variable':
      return <VariableInput {...props} />;
    case 'textarea':
      return <TextArea aria-label={label} value={text} placeholder={placeholder} onChange={setText} />;
    case 'workflow':
      return <WorkflowInput {...props} />;
    case 'workflowInput':
      return <WorkflowValuesInput {...props} />;
    case 'text':
    case 'file':
    case 'folder':
      return (
        <PlainText
          label={label}
          value={text}
          placeholder={placeholder}
          mono={field.widget !== 'text'}
          onChange={setText}
        />
      );
    case 'any':
    case 'condition':
      return (
        <PlainText
          label={label}
          value={looseText(value)}
          placeholder={placeholder}
          onChange={(next) => onChange(next === '' ? undefined : looseValue(next))}
        />
      );
  }
}

/** Values of an enum may be numbers or booleans; a select only knows texts, so rows stand for them by their place. */
function EnumSelect({ field, value, label, onChange }: LiteralInputProps) {
  const options = field.options ?? [];
  const at = options.findIndex((option) => option.value === (value ?? field.default));
  return (
    <Select
      aria-label={label}
      value={at === -1 ? null : String(at)}
      placeholder="Choose"
      options={options.map((option, i) => ({ value: String(i), label: option.label }))}
      onChange={(next) => onChange(options[Number(next)]?.value)}
    />
  );
}
