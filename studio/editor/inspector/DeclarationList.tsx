import type { ValueType, WorkflowInput, WorkflowVariable } from '@casare/shared';
import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { freeId } from '../store/editor-document.ts';
import { PlainText } from '../form/PlainText.tsx';
import { looseText, looseValue } from '../form/loose-value.ts';

type Declaration = WorkflowVariable & Pick<WorkflowInput, 'required'>;

interface DeclarationListProps {
  title: string;
  hint: string;
  word: string;
  withRequired?: boolean;
  items: readonly Declaration[];
  /** `typing` names the field that is being typed in. */
  onChange: (items: Declaration[], typing?: string) => void;
}

const TYPES: { value: ValueType; label: string }[] = [
  { value: 'any', label: 'Any' },
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'list', label: 'List' },
  { value: 'object', label: 'Object' },
];

/** Variables or inputs of a workflow. */
export function DeclarationList({ title, hint, word, withRequired = false, items, onChange }: DeclarationListProps) {
  const change = (at: number, values: Partial<Declaration>, typing?: string) =>
    onChange(
      items.map((item, i) => (i === at ? clean({ ...item, ...values }) : item)),
      typing && `${word}:${at}:${typing}`,
    );
  const add = () => {
    const name = freeId(word, (other) => items.some((item) => item.name === other));
    onChange([...items, { name, type: 'any' }]);
  };
  return (
    <section aria-label={title}>
      <h3 className="text-xs font-semibold text-dim">{title}</h3>
      <p className="mb-1.5 text-xs text-faint">{hint}</p>
      <ul className="flex flex-col gap-1.5">
        {items.map((item, i) => (
          <li key={`${word}-${String(i)}`} className="rounded-md border border-line p-1.5">
            <div className="flex gap-1">
              <TextInput
                mono
                aria-label={`Name of ${word} ${i + 1}`}
                value={item.name}
                onChange={(text) => {
                  const name = text
                    .replaceAll(/[^A-Za-z0-9_]/g, '')
                    .replace(/^\d+/, '')
                    .slice(0, 64);
                  if (name !== '') change(i, { name }, 'name');
                }}
              />
              <div className="w-28 shrink-0">
                <Select
                  aria-label={`Type of ${item.name}`}
                  value={item.type}
                  options={TYPES}
                  onChange={(type) => change(i, { type })}
                />
              </div>
              <IconButton
                icon={Trash2}
                label={`Remove ${item.name}`}
                onClick={() => onChange(items.filter((_, at) => at !== i))}
              />
            </div>
            <PlainText
              className="mt-1"
              label={`Default of ${item.name}`}
              placeholder="Default"
              secret={item.secret}
              value={looseText(item.default)}
              onChange={(text) => change(i, { default: readDefault(text, item.type) }, 'default')}
            />
            <div className="mt-1.5 flex gap-3 text-xs text-dim">
              {withRequired && (
                <Checkbox
                  label="Required"
                  checked={item.required ?? false}
                  onChange={(required) => change(i, { required: required || undefined })}
                />
              )}
              <Checkbox
                label="Secret"
                checked={item.secret ?? false}
                onChange={(secret) => change(i, { secret: secret || undefined })}
              />
            </div>
          </li>
        ))}
      </ul>
      <Button size="sm" icon={Plus} className="mt-1.5" onClick={add}>
        Add {word}
      </Button>
    </section>
  );
}

function readDefault(text: string, type: ValueType): Declaration['default'] {
  if (text === '') return undefined;
  return (type === 'text' ? text : looseValue(text)) as Declaration['default']; // JSON or text, by construction
}

/** Keys without a value must not reach the file as empty words. */
function clean(item: Declaration): Declaration {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Declaration;
}
