import { createStore, type StoreApi } from 'zustand';
import { type CanvasSlice, createCanvasSlice } from './canvas-slice.ts';
import { createDocumentSlice, type DocumentSlice, type DocumentSliceOptions } from './document-slice.ts';
import { deriveFlow } from './flow.ts';
import { createProblemsSlice, type ProblemsSlice } from './problems-slice.ts';

export type EditorState = DocumentSlice & CanvasSlice & ProblemsSlice;
export type EditorStore = StoreApi<EditorState>;

/** One store per open document. */
export function createEditorStore(options: Omit<DocumentSliceOptions, 'now'> & { now?: () => number }): EditorStore {
  return createStore<EditorState>((set, get) => {
    const document = createDocumentSlice(set, get, { now: Date.now, ...options });
    return {
      ...document,
      ...createCanvasSlice(set, get),
      ...createProblemsSlice(set, get),
      flow: deriveFlow(document.document, { nodes: [], edges: [] }),
    };
  });
}
