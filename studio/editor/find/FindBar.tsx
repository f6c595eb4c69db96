import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/IconButton.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { useDocument, useEditorEnv } from '../editor-env.ts';
import { useEditorState } from '../store/selectors.ts';
import { findInWorkflow } from './find-in-workflow.ts';

/** Ctrl+F: walks through the steps, notes and frames that hold a text. */
export function FindBar() {
  const env = useEditorEnv();
  const asked = useStore(env.ui, (ui) => ui.find);
  return asked === 0 ? null : <Find asked={asked} />;
}

function Find({ asked }: { asked: number }) {
  const env = useEditorEnv();
  const { store } = useDocument();
  const content = useEditorState(store, (state) => state.document);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => findInWorkflow(content, env.catalog, query), [content, env.catalog, query]);
  const current = found[Math.min(at, found.length - 1)];
  // Asked for again while it is open: back to the field, ready to be typed over.
  useEffect(() => input.current?.select(), [asked]);

  const show = (place: number, list = found) => {
    const next = list.length === 0 ? 0 : (place + list.length) % list.length;
    setAt(next);
    const hit = list[next];
    if (!hit) return;
    store.getState().select([hit.flowId]);
    env.canvas.current?.reveal([hit.flowId]);
    env.ui.setState({ announcement: `${next + 1} of ${list.length}: ${hit.title}` });
  };
  const close = () => {
    env.ui.setState({ find: 0 });
    env.canvas.current?.focus(current?.flowId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' || event.key === 'F3') show(at + (event.shiftKey ? -1 : 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      data-testid="find-bar"
      className="absolute top-2.5 right-2.5 z-10 flex items-center gap-1 rounded-md border border-line-strong bg-raised p-1 shadow-pop"
      onKeyDownCapture={onKeyDown}
    >
      <SearchInput
        ref={input}
        autoFocus
        label="Find in workflow"
        value={query}
        className="w-56"
        onChange={(text) => {
          setQuery(text);
          show(0, findInWorkflow(content, env.catalog, text));
        }}
      />
      <span className="tabular min-w-24 px-1 text-xs text-dim" aria-live="polite">
        {query.trim() === ''
          ? ''
          : current
            ? `${Math.min(at, found.length - 1) + 1} of ${found.length} · ${current.where}`
            : 'Nothing found'}
      </span>
      <IconButton
        size="sm"
        icon={ChevronUp}
        label="Previous find"
        shortcut="Shift+Enter"
        disabled={found.length === 0}
        onClick={() => show(at - 1)}
      />
      <IconButton
        size="sm"
        icon={ChevronDown}
        label="Next find"
        shortcut="Enter"
        disabled={found.length === 0}
        onClick={() => show(at + 1)}
      />
      <IconButton size="sm" icon={X} label="Close find" shortcut="Escape" onClick={close} />
    </div>
  );
}
