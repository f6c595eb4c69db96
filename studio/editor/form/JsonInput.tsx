import { lazy, Suspense, useState } from 'react';
import { type LiteralInputProps, shownDefault } from './literal-input-props.ts';
import { looseText, looseValue } from './loose-value.ts';

const CodeEditor = lazy(async () => ({ default: (await import('./CodeEditor.tsx')).CodeEditor }));

interface Draft {
  text: string;
  /** What was stored when it was typed; when that changes otherwise (undo), the draft is over. */
  base: string;
  failure: string | undefined;
}

/** Any value as JSON; a text needs no quotes. What cannot be read yet stays in the field and is said. */
export function JsonInput({ field, value, label, onChange }: LiteralInputProps) {
  const [draft, setDraft] = useState<Draft>();
  const stored = value !== null && typeof value === 'object' ? JSON.stringify(value, null, 2) : looseText(value);
  const isCurrent = draft !== undefined && (draft.failure ? draft.base === stored : sameValue(draft.text, stored));
  const set = (text: string) => {
    const next = text.trim() === '' ? undefined : looseValue(text);
    const failure = typeof next === 'string' && /^\s*[[{]/.test(next) ? failureOf(text) : undefined;
    setDraft({ text, base: stored, failure });
    if (!failure) onChange(next);
  };
  return (
    <div className="flex flex-col gap-1">
      <Suspense fallback={<div className="skeleton h-8" />}>
        <CodeEditor
          label={label}
          language="json"
          value={isCurrent ? draft.text : stored}
          placeholder={field.placeholder ?? shownDefault(field.default)}
          onChange={set}
        />
      </Suspense>
      {isCurrent && draft.failure && <p className="text-xs text-bad">{draft.failure}</p>}
    </div>
  );
}

function sameValue(draft: string, stored: string): boolean {
  return JSON.stringify(looseValue(draft)) === JSON.stringify(looseValue(stored));
}

function failureOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}`;
  }
}
