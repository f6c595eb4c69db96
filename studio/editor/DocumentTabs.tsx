import { Plus, X } from 'lucide-react';
import { type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useActionRegistry } from '../actions/action-context.tsx';
import { classNames } from '../ui/class-names.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { closeDocument } from './actions/file-actions.ts';
import { useEditorEnv } from './editor-env.ts';
import type { OpenDocument } from './files/open-document.ts';
import { useEditorState } from './store/selectors.ts';

/** The open documents; a dot marks unsaved changes. */
export function DocumentTabs() {
  const env = useEditorEnv();
  const actions = useActionRegistry();
  const { documents, activeKey } = useStore(env.session.state);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = documents.findIndex((document) => document.key === activeKey);
    const next = step === 0 ? undefined : documents[at + step];
    if (!next) return;
    event.preventDefault();
    env.session.activate(next.key);
    document.getElementById(`document-tab-${next.key}`)?.focus();
  };
  return (
    <div className="flex h-9 shrink-0 items-center border-b border-line bg-bg pr-1">
      <nav aria-label="Open workflows" className="flex h-full min-w-0 overflow-x-auto" onKeyDown={onKeyDown}>
        {documents.map((document) => (
          <DocumentTab key={document.key} document={document} active={document.key === activeKey} />
        ))}
      </nav>
      <IconButton
        size="sm"
        icon={Plus}
        label="New workflow"
        shortcut="Alt+N"
        className="ml-1"
        onClick={() => actions.run('editor.new')}
      />
    </div>
  );
}

function DocumentTab({ document, active }: { document: OpenDocument; active: boolean }) {
  const env = useEditorEnv();
  const name = useEditorState(document.store, (state) => state.document.head.name);
  const dirty = useEditorState(document.store, (state) => state.isDirty());
  const file = useStore(document.file);
  return (
    <div
      className={classNames(
        'group flex max-w-56 min-w-28 items-center border-r border-line pr-1',
        active ? 'bg-surface shadow-[inset_0_2px_0_var(--accent)]' : 'text-dim hover:bg-hover',
      )}
      onAuxClick={(event) => {
        if (event.button === 1) closeDocument(env, document);
      }}
    >
      <button
        type="button"
        id={`document-tab-${document.key}`}
        aria-current={active ? 'page' : undefined}
        tabIndex={active ? 0 : -1}
        title={file.example ? `Example ${file.path ?? ''}` : (file.path ?? 'Not saved yet')}
        onClick={() => env.session.activate(document.key)}
        className="flex h-full min-w-0 flex-1 items-center gap-1.5 pl-3 text-left"
      >
        <span className="truncate">{name}</span>
        {dirty && <span className="size-2 shrink-0 rounded-full bg-warn" role="img" aria-label="Unsaved changes" />}
      </button>
      <button
        type="button"
        aria-label={`Close ${name}`}
        onClick={() => closeDocument(env, document)}
        className="ml-1 inline-flex size-5.5 shrink-0 items-center justify-center rounded text-faint opacity-60 hover:bg-hover hover:text-text hover:opacity-100"
      >
        <X size={13} aria-hidden />
      </button>
    </div>
  );
}
