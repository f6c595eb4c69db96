import { visibleFields } from './form-model.ts';
import { JsonInput } from './JsonInput.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';

/** The fields of an object, set off from those around it. */
export function ObjectInput(props: LiteralInputProps) {
  const { field, path, value, label, renderField } = props;
  if (!field.fields || (value !== undefined && (value === null || typeof value !== 'object'))) {
    return <JsonInput {...props} />;
  }
  const { main, advanced } = visibleFields(field.fields, (value ?? {}) as Record<string, unknown>);
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-3 border-l-2 border-line pl-3">
      {[...main, ...advanced].map((inner) => renderField(inner, [...path, inner.key], false))}
    </div>
  );
}
