import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { type FieldModel, visibleFields } from './form-model.ts';
import { JsonInput } from './JsonInput.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';

const ANY_ITEM: FieldModel = {
  key: 'item',
  title: 'Item',
  widget: 'json',
  required: true,
  raw: false,
  advanced: false,
};

/** Items one below the other, to add, move and remove; items that are objects show their own fields. */
export function ListInput(props: LiteralInputProps) {
  const { field, path, value, label, onChange, renderField } = props;
  const item = field.item ?? ANY_ITEM;
  if (value !== undefined && !Array.isArray(value)) return <JsonInput {...props} />;
  // The default is shown and becomes the author's own with the first change.
  const items: unknown[] = (value as unknown[] | undefined) ?? (Array.isArray(field.default) ? field.default : []);
  const isDefault = value === undefined;
  const move = (from: number, to: number) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-1.5" role="group" aria-label={label}>
      {isDefault && items.length > 0 && (
        <p className="text-xs text-faint">
          By default: <code className="font-mono">{JSON.stringify(items).slice(0, 120)}</code>
        </p>
      )}
      {!isDefault &&
        items.map((row, i) => (
          // Rows have no identity of their own; their place is what their fields are named by.
          <div
            key={`${label}-${String(i)}`}
            className="flex items-start gap-1 rounded-md border border-line bg-surface p-1.5"
          >
            {item.fields ? (
              <div className="flex min-w-0 flex-1 flex-col gap-2">
                {allShown(item.fields, row).map((inner) => renderField(inner, [...path, i, inner.key], false))}
              </div>
            ) : (
              renderField({ ...item, title: `${field.title} ${i + 1}` }, [...path, i], true)
            )}
            <div className="flex flex-col">
              <IconButton
                size="sm"
                icon={ArrowUp}
                label={`Move ${i + 1} up`}
                disabled={i === 0}
                onClick={() => move(i, i - 1)}
              />
              <IconButton
                size="sm"
                icon={ArrowDown}
                label={`Move ${i + 1} down`}
                disabled={i === items.length - 1}
                onClick={() => move(i, i + 1)}
              />
              <IconButton
                size="sm"
                icon={Trash2}
                label={`Remove ${i + 1}`}
                onClick={() => onChange(items.filter((_, at) => at !== i))}
              />
            </div>
          </div>
        ))}
      <Button size="sm" icon={Plus} className="self-start" onClick={() => onChange([...items, emptyValue(item)])}>
        {isDefault && items.length > 0 ? 'Change and add' : 'Add'}
      </Button>
    </div>
  );
}

function allShown(fields: readonly FieldModel[], row: unknown): FieldModel[] {
  const { main, advanced } = visibleFields(fields, (row ?? {}) as Record<string, unknown>);
  return [...main, ...advanced];
}

function emptyValue(field: FieldModel): unknown {
  if (field.default !== undefined) return field.default;
  switch (field.widget) {
    case 'object':
    case 'keyvalue':
      return {};
    case 'list':
      return [];
    case 'number':
      return 0;
    case 'switch':
      return false;
    case 'select':
      return field.options?.[0]?.value ?? '';
    default:
      return '';
  }
}
