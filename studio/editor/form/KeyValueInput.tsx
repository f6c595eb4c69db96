import { Plus, Trash2 } from 'lucide-react';
import { type FocusEvent, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { JsonInput } from './JsonInput.tsx';
import type { LiteralInputProps } from './literal-input-props.ts';
import { PlainText } from './PlainText.tsx';
import { looseText, looseValue } from './loose-value.ts';

/** Names and values, one row each. While a name is being typed it may be empty or stand twice; only sound rows are kept. */
export function KeyValueInput(props: LiteralInputProps) {
  const { field, value, label, onChange } = props;
  const [draft, setDraft] = useState<[string, string][]>();
  if (value !== undefined && (value === null || typeof value !== 'object' || Array.isArray(value))) {
    return <JsonInput {...props} />;
  }
  const textOnly = field.item?.widget === 'text' || field.item?.widget === 'textarea';
  const shown = draft ?? Object.entries(value ?? {}).map(([name, item]): [string, string] => [name, looseText(item)]);
  const set = (rows: [string, string][]) => {
    setDraft(rows);
    const sound = rows.filter(([name], i) => name !== '' && rows.findIndex(([other]) => other === name) === i);
    const next = Object.fromEntries(sound.map(([name, text]) => [name, textOnly ? text : looseValue(text)]));
    onChange(sound.length === 0 ? undefined : next);
  };
  const change = (at: number, row: [string, string]) => set(shown.map((old, i) => (i === at ? row : old)));
  return (
    <div className="flex flex-col gap-1" role="group" aria-label={label} onBlur={(event) => settle(event)}>
      {shown.map(([name, text], i) => (
        <div key={`row-${String(i)}`} className="flex items-center gap-1">
          <TextInput
            aria-label={`${label}: name ${i + 1}`}
            placeholder="Name"
            value={name}
            className="flex-[2]"
            onChange={(next) => change(i, [next, text])}
          />
          <PlainText
            label={`${label}: value ${i + 1}`}
            placeholder="Value or ${ … }"
            value={text}
            className="flex-[3]"
            onChange={(next) => change(i, [name, next])}
          />
          <IconButton
            size="sm"
            icon={Trash2}
            label={`Remove ${name || i + 1}`}
            onClick={() => set(shown.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <Button size="sm" icon={Plus} className="self-start" onClick={() => setDraft([...shown, ['', '']])}>
        Add
      </Button>
    </div>
  );

  /** Leaving the whole group drops rows without a name and shows the document again, so that undo is seen here too. */
  function settle(event: FocusEvent<HTMLDivElement>) {
    if (!event.currentTarget.contains(event.relatedTarget)) setDraft(undefined);
  }
}
