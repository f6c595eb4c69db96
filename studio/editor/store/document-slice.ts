import type { Workflow } from '@casare/shared';
import type { StoreApi } from 'zustand';
import { type EditorDocument, toEditorDocument, toWorkflow } from './editor-document.ts';
import type { EditorState } from './editor-store.ts';
import { deriveFlow } from './flow.ts';
import {
  type Command,
  currentState,
  execute,
  type History,
  isDirty,
  markSaved,
  redo,
  startHistory,
  undo,
} from './history.ts';

export interface DocumentSlice {
  document: EditorDocument;
  history: History;
  /** Applies a command; `select` names the items (as on the canvas) that are selected afterwards. */
  edit(command: Command, select?: readonly string[]): void;
  /** Takes another content as a whole, as one step that can be undone. */
  replaceAll(workflow: Workflow, label: string): void;
  undo(): void;
  redo(): void;
  /** Names the present state; hand it to `markSaved` when this very state is in the file. */
  stateToken(): number;
  markSaved(token: number): void;
  isDirty(): boolean;
  workflow(): Workflow;
}

export interface DocumentSliceOptions {
  workflow: Workflow;
  saved: boolean;
  now: () => number;
}

export function createDocumentSlice(
  set: StoreApi<EditorState>['setState'],
  get: StoreApi<EditorState>['getState'],
  options: DocumentSliceOptions,
): DocumentSlice {
  const show = (edited: { document: EditorDocument; history: History }, select?: ReadonlySet<string>) => {
    const { document, flow } = get();
    if (edited.document === document && edited.history === get().history && !select) return;
    set({ ...edited, flow: deriveFlow(edited.document, flow, select) });
  };
  return {
    document: toEditorDocument(options.workflow),
    history: startHistory(options.saved),
    edit: (command, select) => show(execute(get(), command, options.now()), select && new Set(select)),
    replaceAll: (workflow, label) =>
      show(
        execute(get(), { label, changes: [{ type: 'replace', document: toEditorDocument(workflow) }] }, options.now()),
      ),
    undo: () => show(undo(get())),
    redo: () => show(redo(get())),
    stateToken: () => currentState(get().history),
    markSaved: (token) => set({ history: markSaved(get().history, token) }),
    isDirty: () => isDirty(get().history),
    workflow: () => toWorkflow(get().document),
  };
}
