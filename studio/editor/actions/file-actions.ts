import { FilePlus2, FolderOpen, Pencil, Save, SaveAll, X } from 'lucide-react';
import { type Action, defineAction } from '../../actions/define-action.ts';
import { toast } from '../../ui/toast.tsx';
import { activeDocument, type EditorEnv } from '../editor-env.ts';
import type { OpenDocument } from '../files/open-document.ts';
import { saveDocument } from '../files/save-document.ts';

export function fileActions(env: EditorEnv): Action[] {
  const hasDocument = () => activeDocument(env) !== undefined;
  const withDocument = (run: (document: OpenDocument) => void | Promise<void>) => () => {
    const document = activeDocument(env);
    return document ? run(document) : undefined;
  };
  return [
    defineAction({
      id: 'editor.new',
      label: 'New workflow',
      group: 'file',
      icon: FilePlus2,
      shortcut: 'Alt+N',
      run: () => {
        env.session.create();
      },
    }),
    defineAction({
      id: 'editor.open',
      label: 'Open…',
      group: 'file',
      icon: FolderOpen,
      shortcut: 'Ctrl+O',
      keywords: ['file', 'example'],
      run: () => env.ui.setState({ dialog: { kind: 'open' } }),
    }),
    defineAction({
      id: 'editor.save',
      label: 'Save',
      group: 'file',
      icon: Save,
      shortcut: 'Ctrl+S',
      when: hasDocument,
      run: withDocument(async (document) => {
        await save(env, document);
      }),
    }),
    defineAction({
      id: 'editor.saveAs',
      label: 'Save as…',
      group: 'file',
      icon: SaveAll,
      shortcut: 'Ctrl+Shift+S',
      when: hasDocument,
      run: withDocument((document) => env.ui.setState({ dialog: { kind: 'saveAs', document } })),
    }),
    defineAction({
      id: 'editor.renameFile',
      label: 'Rename file…',
      group: 'file',
      icon: Pencil,
      when: () => {
        const file = activeDocument(env)?.file.getState();
        return file !== undefined && file.path !== null && !file.example;
      },
      run: withDocument((document) => env.ui.setState({ dialog: { kind: 'rename', document } })),
    }),
    defineAction({
      id: 'editor.close',
      label: 'Close workflow',
      group: 'file',
      icon: X,
      shortcut: 'Alt+W',
      when: hasDocument,
      run: withDocument((document) => closeDocument(env, document)),
    }),
  ];
}

/** Saves, and asks for a name or about a conflict where needed. True when it stands in the file now. */
export async function save(env: EditorEnv, document: OpenDocument, then?: () => void): Promise<boolean> {
  const result = await saveDocument(env.host, document);
  switch (result.kind) {
    case 'saved':
      toast.done(`Saved ${result.path}`);
      env.session.remember();
      then?.();
      return true;
    case 'unnamed':
      env.ui.setState({ dialog: { kind: 'saveAs', document, then } });
      return false;
    case 'conflict':
      env.ui.setState({ dialog: { kind: 'conflict', document, path: result.path } });
      return false;
  }
}

export function closeDocument(env: EditorEnv, document: OpenDocument): void {
  const isUntouched = document.file.getState().path === null && document.store.getState().history.past.length === 0;
  if (document.store.getState().isDirty() && !isUntouched) env.ui.setState({ dialog: { kind: 'close', document } });
  else env.session.close(document.key);
}
