import { lazy, Suspense } from 'react';
import type { LiteralInputProps } from './literal-input-props.ts';

const CodeEditor = lazy(async () => ({ default: (await import('./CodeEditor.tsx')).CodeEditor }));

export function ScriptInput({ field, value, label, onChange }: LiteralInputProps) {
  return (
    <Suspense fallback={<div className="skeleton h-40" />}>
      <CodeEditor
        label={label}
        language={
          field.language === 'json'
            ? 'json'
            : field.language === undefined || field.language === 'javascript'
              ? 'javascript'
              : 'text'
        }
        value={typeof value === 'string' ? value : ''}
        placeholder={field.placeholder}
        tall
        onChange={(text) => onChange(text === '' ? undefined : text)}
      />
    </Suspense>
  );
}
