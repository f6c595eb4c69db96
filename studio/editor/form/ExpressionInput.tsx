import { useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useRunOverlayAside } from '../run/run-store.ts';
import { useEditorState } from '../store/selectors.ts';
import { previewData, previewTemplate } from './preview-scope.ts';
import { TemplateEditor } from './TemplateEditor.tsx';

interface ExpressionInputProps {
  label: string;
  value: string;
  placeholder?: string;
  /** What is wrong is said elsewhere already. */
  quiet?: boolean;
  /** Goes on where a plain field was being typed into. */
  takeFocus?: boolean;
  onChange: (text: string) => void;
}

/** A text with `${ … }`, completion from the last run, and below it what it comes to. */
export function ExpressionInput({
  label,
  value,
  placeholder,
  quiet = false,
  takeFocus = false,
  onChange,
}: ExpressionInputProps) {
  const { catalog, vaultNames } = useEditorEnv();
  const names = useStore(vaultNames, (state) => state.names);
  const { store, run } = useDocument();
  const document = useEditorState(store, (state) => state.document);
  const overlay = useRunOverlayAside(run);
  const data = useMemo(() => previewData(document, overlay), [document, overlay]);
  const facts = useMemo(() => ({ document, catalog, data, names }), [document, catalog, data, names]);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <TemplateEditor
        label={label}
        value={value}
        placeholder={placeholder}
        takeFocus={takeFocus}
        facts={facts}
        onChange={onChange}
      />
      {value.trim() !== '' && <PreviewLine text={value} data={data} quiet={quiet} />}
    </div>
  );
}

function PreviewLine({ text, data, quiet }: { text: string; data: ReturnType<typeof previewData>; quiet: boolean }) {
  const settled = useDeferredValue(text);
  const preview = useMemo(() => previewTemplate(settled, data), [settled, data]);
  if (preview.kind === 'value' && preview.value === undefined) {
    return <p className="text-xs text-faint">There is no such value in the data of the last run.</p>;
  }
  if (preview.kind === 'value') {
    const shown = typeof preview.value === 'string' ? preview.value : (JSON.stringify(preview.value) ?? 'undefined');
    return (
      <p className="flex min-w-0 gap-1.5 font-mono text-xs" title={shown.slice(0, 2000)}>
        <span className="text-faint" aria-hidden>
          =
        </span>
        <span className="sr-only">Preview:</span>
        <span className="truncate text-ok">{shown === '' ? '(empty text)' : shown.slice(0, 300)}</span>
      </p>
    );
  }
  if (preview.kind === 'wrong' && quiet) return null;
  return <p className={preview.kind === 'wrong' ? 'text-xs text-bad' : 'text-xs text-faint'}>{preview.message}</p>;
}
