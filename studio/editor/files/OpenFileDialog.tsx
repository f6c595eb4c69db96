import type { FileEntry } from '@casare/shared';
import { useQuery } from '@tanstack/react-query';
import { FileWarning, FileText } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { SearchInput } from '../../ui/SearchInput.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEditorEnv } from '../editor-env.ts';
import { sortFiles } from './session.ts';

/** The workflows of the folder, those opened last first, and the examples. */
export function OpenFileDialog() {
  const env = useEditorEnv();
  const recent = useStore(env.session.state, (state) => state.recent);
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const files = useQuery({ queryKey: ['local-files'], queryFn: () => env.host.call('files.list', {}), staleTime: 0 });
  const close = () => env.ui.setState({ dialog: null });
  const open = (path: string, example: boolean) => {
    close();
    env.session.open(path, example).catch((error: unknown) => toast.failed(error, `${path} cannot be opened`));
  };
  const wanted = (file: FileEntry) => `${file.path} ${file.name}`.toLowerCase().includes(query.toLowerCase());
  const own = sortFiles(files.data?.files ?? []).filter(wanted);
  const rank = (file: FileEntry) => (recent.includes(file.path) ? recent.indexOf(file.path) : recent.length);
  own.sort((a, b) => rank(a) - rank(b));
  const examples = (files.data?.examples ?? []).filter(wanted);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[event.key === 'ArrowDown' ? at + 1 : at - 1]?.focus();
    event.preventDefault();
  };
  return (
    <Dialog
      open
      onClose={close}
      title="Open a workflow"
      size="md"
      footer={
        <Button
          onClick={() => {
            close();
            env.session.create();
          }}
        >
          New workflow
        </Button>
      }
    >
      <div className="flex flex-col gap-3" onKeyDown={onKeyDown}>
        <SearchInput autoFocus label="Search workflows" value={query} onChange={setQuery} />
        <div ref={list} className="flex max-h-[52vh] min-h-40 flex-col gap-3 overflow-auto">
          {files.isPending && <Spinner label="Loading" className="m-4" />}
          {files.error && <p className="text-bad">{files.error.message}</p>}
          <FileList title="Workflows" files={own} empty="No workflow here yet." onOpen={(path) => open(path, false)} />
          {examples.length > 0 && (
            <FileList title="Examples" files={examples} empty="" onOpen={(path) => open(path, true)} />
          )}
        </div>
      </div>
    </Dialog>
  );
}

interface FileListProps {
  title: string;
  files: readonly FileEntry[];
  empty: string;
  onOpen: (path: string) => void;
}

function FileList({ title, files, empty, onOpen }: FileListProps) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-xs font-semibold text-faint">{title}</h3>
      {files.length === 0 && <p className="text-dim">{empty}</p>}
      {files.map((file) => (
        <button
          key={file.path}
          type="button"
          disabled={file.broken}
          title={file.broken ? 'This file cannot be read as a workflow' : file.path}
          onClick={() => onOpen(file.path)}
          className="flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover focus-visible:bg-hover disabled:cursor-not-allowed disabled:text-faint"
        >
          {file.broken ? (
            <FileWarning size={15} className="shrink-0 text-bad" aria-label="Broken" />
          ) : (
            <FileText size={15} className="shrink-0 text-dim" aria-hidden />
          )}
          <span className="truncate font-medium">{file.name}</span>
          <span className="truncate text-xs text-faint">{file.path}</span>
          <span className="tabular ml-auto shrink-0 text-xs text-faint">
            {file.broken
              ? 'cannot be read'
              : new Date(file.modifiedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
          </span>
        </button>
      ))}
    </section>
  );
}
