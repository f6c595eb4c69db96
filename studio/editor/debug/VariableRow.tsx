import { asAppError, type WorkflowVariable } from '@casare/shared';
import { useState } from 'react';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { readTyped, typedText } from './typed-value.ts';

interface VariableRowProps {
  variable: WorkflowVariable;
  value: unknown;
  /** A step of the called workflow it belongs to; undefined: the run's own. */
  path: string | undefined;
  editable: boolean;
}

const TYPE_WORDS = { text: 'text', number: 'number', boolean: 'yes or no', list: 'list', object: 'object', any: '' };
const YES_NO = [
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
];

export function VariableRow({ variable, value, path, editable }: VariableRowProps) {
  const env = useEditorEnv();
  const document = useDocument();
  const [draft, setDraft] = useState<string>();
  const [error, setError] = useState<string>();
  const { name, type, secret } = variable;
  const set = async (text: string) => {
    const read = readTyped(text, type);
    if (!read.ok) return setError(read.message);
    try {
      await env.runs.setVariable(document, name, read.value, path);
      setDraft(undefined);
      setError(undefined);
    } catch (thrown) {
      setError(asAppError(thrown).message);
    }
    return undefined;
  };
  const cancel = () => {
    setDraft(undefined);
    setError(undefined);
  };
  return (
    <li className="flex min-h-7 flex-wrap items-center gap-x-2 rounded-md px-2 hover:bg-hover">
      <span className="w-36 shrink-0 truncate font-mono text-xs" title={variable.description ?? name}>
        {name}
      </span>
      <span className="w-16 shrink-0 truncate text-xs text-faint">{TYPE_WORDS[type]}</span>
      <div className="min-w-0 flex-1">
        {editable && type === 'boolean' ? (
          <Select
            aria-label={`Value of ${name}`}
            className="h-6! w-28!"
            value={typeof value === 'boolean' ? String(value) : null}
            options={YES_NO}
            onChange={(next) => void set(next)}
          />
        ) : draft === undefined || !editable ? (
          <Value
            name={name}
            value={value}
            onEdit={editable ? () => setDraft(secret ? '' : typedText(value, type)) : undefined}
          />
        ) : (
          <TextInput
            mono
            // The person asked for this field a moment ago.
            ref={(element) => (element && !element.dataset['seen'] ? focusOnce(element) : undefined)}
            aria-label={`Value of ${name}`}
            aria-invalid={error !== undefined}
            type={secret ? 'password' : 'text'}
            className="h-6!"
            value={draft}
            onChange={setDraft}
            onBlur={() => (draft === typedText(value, type) ? cancel() : undefined)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') void set(draft);
              if (event.key === 'Escape') cancel();
            }}
          />
        )}
      </div>
      {error && <p className="w-full pb-1 text-xs text-bad">{error}</p>}
    </li>
  );
}

function focusOnce(element: HTMLInputElement): void {
  element.dataset['seen'] = 'yes';
  element.focus();
  element.select();
}

/** A value in one line; it lights up when it changes. */
function Value({ name, value, onEdit }: { name: string; value: unknown; onEdit: (() => void) | undefined }) {
  const text = value === undefined ? '—' : (JSON.stringify(value) ?? '—');
  const [seen, setSeen] = useState({ text, changes: 0 });
  if (seen.text !== text) setSeen({ text, changes: seen.changes + 1 });
  const shown = (
    <span
      key={seen.changes}
      data-changed={seen.changes > 0 || undefined}
      className={seen.changes > 0 ? 'value-changed' : undefined}
    >
      {text.slice(0, 400)}
    </span>
  );
  const look = 'block w-full truncate rounded px-1 text-left font-mono text-xs';
  if (!onEdit) return <span className={look}>{shown}</span>;
  return (
    <button type="button" className={`${look} cursor-text`} aria-label={`Change ${name}: ${text}`} onClick={onEdit}>
      {shown}
    </button>
  );
}
