import { autocompletion, type CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { codeTheme } from './code-theme.ts';
import { highlighting, templateLanguage } from './template-language.ts';

interface CodeEditorProps {
  label: string;
  value: string;
  language: 'template' | 'json' | 'javascript' | 'text';
  placeholder?: string;
  /** Many lines from the start, with Tab for indenting. */
  tall?: boolean;
  /** Focused when it appears, the caret at the end. */
  takeFocus?: boolean;
  completion?: CompletionSource;
  onChange: (value: string) => void;
}

const LANGUAGES: Record<CodeEditorProps['language'], () => Extension> = {
  template: () => templateLanguage,
  json: () => json(),
  javascript: () => javascript(),
  text: () => [],
};

/**
 * CodeMirror in a shadow root: there its rules come as constructed style sheets, which the page's content policy allows,
 * while a <style> element in the page would be refused.
 */
export function CodeEditor({
  label,
  value,
  language,
  placeholder,
  tall = false,
  takeFocus = false,
  completion,
  onChange,
}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  const complete = useRef(completion);
  const first = useRef({ value, placeholder, takeFocus });
  useEffect(() => {
    changed.current = onChange;
    complete.current = completion;
  }, [onChange, completion]);
  const hint = useRef(new Compartment());

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root as unknown as Element, // a shadow root takes children like an element does
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          history(),
          drawSelection(),
          bracketMatching(),
          indentOnInput(),
          LANGUAGES[language](),
          highlighting,
          codeTheme(tall),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          hint.current.of(placeholderText(first.current.placeholder ?? '')),
          autocompletion({
            override: [(context) => complete.current?.(context) ?? null],
            icons: false,
            activateOnTyping: true,
          }),
          keymap.of([...defaultKeymap, ...historyKeymap, ...(tall ? [indentWithTab] : [])]),
          EditorView.updateListener.of((update) => {
            if (
              update.docChanged &&
              update.transactions.some(
                (step) =>
                  step.isUserEvent('input') ||
                  step.isUserEvent('delete') ||
                  step.isUserEvent('undo') ||
                  step.isUserEvent('redo') ||
                  step.isUserEvent('move'),
              )
            ) {
              changed.current(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    if (first.current.takeFocus) {
      editor.focus();
      editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    }
    // Seen from the page, keys come from the element around the shadow root, which is no text field: single letters would
    // be taken for shortcuts of the editor.
    const keep = (event: KeyboardEvent) => {
      const isShortcut =
        /^F\d+$/.test(event.key) ||
        ((event.ctrlKey || event.metaKey) && /^[sokpjf]$/i.test(event.key)) ||
        // An Escape that closed no list leaves the field.
        (event.key === 'Escape' && !event.defaultPrevented);
      if (!isShortcut) event.stopPropagation();
    };
    element.addEventListener('keydown', keep);
    return () => {
      element.removeEventListener('keydown', keep);
      editor.destroy();
    };
    // One editor for as long as the field is shown; what changes is brought in below.
  }, [language, label, tall]);

  useEffect(() => {
    const editor = view.current;
    const shown = editor?.state.doc.toString();
    if (editor && shown !== value) editor.dispatch({ changes: { from: 0, to: shown?.length ?? 0, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: hint.current.reconfigure(placeholderText(placeholder ?? '')) });
  }, [placeholder]);

  return (
    <div
      ref={host}
      data-code-editor={label}
      // A value dragged from the data panel lands where it is dropped.
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const text = event.dataTransfer.getData('text/plain');
        const editor = view.current;
        if (!text || !editor) return;
        event.preventDefault();
        const at = editor.posAtCoords({ x: event.clientX, y: event.clientY }) ?? editor.state.doc.length;
        editor.dispatch({ changes: { from: at, insert: text }, userEvent: 'input.drop' });
      }}
    />
  );
}
