import { useId } from 'react';
import { Button } from '../../ui/Button.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useDocument } from '../editor-env.ts';
import { useEditorState } from '../store/selectors.ts';
import type { LiteralInputProps } from './literal-input-props.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The name of a variable of the workflow, with those that exist to choose from; a new one can be declared here. */
export function VariableInput({ field, value, label, onChange }: LiteralInputProps) {
  const { store } = useDocument();
  const variables = useEditorState(store, (state) => state.document.head.variables);
  const listId = useId();
  const name = typeof value === 'string' ? value : '';
  const isNew = NAME.test(name) && !variables.some((variable) => variable.name === name);
  const declare = () =>
    store.getState().edit({
      label: `Add variable ${name}`,
      changes: [{ type: 'setHead', head: { variables: [...variables, { name, type: 'any' }] } }],
    });
  return (
    <div className="flex flex-col gap-1">
      <TextInput
        mono
        list={listId}
        aria-label={label}
        placeholder={field.placeholder ?? 'name'}
        value={name}
        onChange={(next) => onChange(next === '' ? undefined : next)}
      />
      <datalist id={listId}>
        {variables.map((variable) => (
          <option key={variable.name} value={variable.name} />
        ))}
      </datalist>
      {isNew && (
        <Button size="sm" variant="ghost" className="self-start" onClick={declare}>
          Declare “{name}” as a variable
        </Button>
      )}
    </div>
  );
}
