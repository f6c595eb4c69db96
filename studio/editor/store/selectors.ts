import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { EditorState, EditorStore } from './editor-store.ts';
import { itemOf } from './flow.ts';

export function selectedFlowIds(state: EditorState): string[] {
  return state.flow.nodes.filter((node) => node.selected).map((node) => node.id);
}

/** Ids of the selected steps only, without frames and notes. */
export function selectedNodeIds(state: EditorState): string[] {
  return selectedFlowIds(state).filter((id) => itemOf(id).kind === 'nodes');
}

/** The step that Tab reaches on the canvas. */
export function tabStop(state: EditorState): string | undefined {
  const { focused, document } = state;
  return focused !== null && document.nodes.byId[focused] ? focused : document.nodes.order[0];
}

export function selectedEdgeIds(state: EditorState): string[] {
  return state.flow.edges.filter((edge) => edge.selected).map((edge) => edge.id);
}

export function useEditorState<T>(store: EditorStore, selector: (state: EditorState) => T): T {
  return useStore(store, selector);
}

/** For selectors that make a new list or object each time. */
export function useEditorShallow<T>(store: EditorStore, selector: (state: EditorState) => T): T {
  return useStore(store, useShallow(selector));
}
