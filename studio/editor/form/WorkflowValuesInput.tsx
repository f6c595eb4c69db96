import type { ValueType, WorkflowInput } from '@casare/shared';
import { Trash2 } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { useCalledDocument } from '../called/use-called.ts';
import { type FieldModel, isExpression, type Widget } from './form-model.ts';
import { KeyValueInput } from './KeyValueInput.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';
import { useParamTarget } from './param-target.ts';

const WIDGETS: Record<ValueType, Widget> = {
  text: 'text',
  number: 'number',
  boolean: 'switch',
  list: 'json',
  object: 'json',
  any: 'any',
};

/** A value for each input that the called workflow declares; names and values where it is not known here. */
export function WorkflowValuesInput(props: LiteralInputProps) {
  const { path, value, label, onChange, renderField } = props;
  const target = useParamTarget();
  const { workflowId } = target.values;
  const called = useCalledDocument(
    typeof workflowId === 'string' && !isExpression(workflowId) && workflowId !== '' ? workflowId : undefined,
  );
  if (!called || (value !== undefined && (value === null || typeof value !== 'object' || Array.isArray(value)))) {
    return <KeyValueInput {...props} />;
  }
  const given = (value ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(given).filter((name) => !called.inputs.some((input) => input.name === name));
  if (called.inputs.length === 0 && unknown.length === 0) {
    return <p className="text-xs text-dim">{`“${called.name}” takes no inputs.`}</p>;
  }
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-3 border-l-2 border-line pl-3">
      {called.inputs.map((input) => renderField(fieldOf(input), [...path, input.name], false))}
      {unknown.map((name) => (
        <p key={name} className="flex items-center gap-1 text-xs text-warn">
          <span className="min-w-0 flex-1">{`“${called.name}” has no input “${name}”: calling it would fail.`}</span>
          <IconButton
            size="sm"
            icon={Trash2}
            label={`Remove ${name}`}
            onClick={() => {
              const { [name]: _, ...rest } = given;
              onChange(Object.keys(rest).length === 0 ? undefined : rest);
            }}
          />
        </p>
      ))}
    </div>
  );
}

function fieldOf(input: WorkflowInput): FieldModel {
  return {
    key: input.name,
    title: input.name,
    widget: input.secret === true && input.type === 'text' ? 'password' : WIDGETS[input.type],
    required: input.required === true && input.default === undefined,
    raw: false,
    advanced: false,
    ...(input.description !== undefined && { help: input.description }),
    ...(input.default !== undefined && { default: input.default }),
  };
}
