import { TextInput } from '../../ui/TextInput.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';

/** A selector as text, or the selector of a recorded target; what else was recorded of the element stays as it is. */
export function SelectorInput({ field, value, label, onChange }: LiteralInputProps) {
  const target = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  const text = target
    ? typeof target.selector === 'string'
      ? target.selector
      : ''
    : typeof value === 'string'
      ? value
      : '';
  const wantsObject = target !== undefined || field.fields?.some((inner) => inner.key === 'selector');
  return (
    <div className="flex flex-col gap-1">
      <TextInput
        mono
        aria-label={label}
        placeholder={field.placeholder ?? '#id, text=Save, role=button[name="Save"]'}
        value={text}
        onChange={(next) => {
          if (wantsObject) onChange(next === '' && !target ? undefined : { ...target, selector: next });
          else onChange(next === '' ? undefined : next);
        }}
      />
      {target && Object.keys(target).length > 1 && (
        <p className="text-xs text-faint">
          Recorded with {Object.keys(target).length - 1} further marks to find it by.
        </p>
      )}
    </div>
  );
}
