import { applyEdgeChanges, applyNodeChanges, type EdgeChange, type NodeChange } from '@xyflow/react';
import type { StoreApi } from 'zustand';
import type { Point } from './changes.ts';
import type { EditorState } from './editor-store.ts';
import { deriveFlow, type Flow, type FlowEdge, type FlowNode, itemOf } from './flow.ts';

export interface CanvasSlice {
  flow: Flow;
  /** Step that is being renamed in place. */
  renaming: string | null;
  /** The one step that Tab reaches; the others are reached from it. */
  focused: string | null;
  /** Steps, frames and notes are selected, moved and measured on the canvas first; `commitMove` makes a move an edit. */
  onNodesChange(changes: NodeChange<FlowNode>[]): void;
  onEdgesChange(changes: EdgeChange<FlowEdge>[]): void;
  commitMove(flowIds: readonly string[]): void;
  select(flowIds: readonly string[], edgeIds?: readonly string[]): void;
  setRenaming(nodeId: string | null): void;
  setFocused(nodeId: string): void;
}

export function createCanvasSlice(
  set: StoreApi<EditorState>['setState'],
  get: StoreApi<EditorState>['getState'],
): Omit<CanvasSlice, 'flow'> {
  return {
    renaming: null,
    focused: null,
    onNodesChange: (changes) => {
      // Removing and adding are edits; React Flow must not do them on its own.
      const kept = changes.filter((change) => change.type !== 'remove' && change.type !== 'add');
      if (kept.length === 0) return;
      const { flow } = get();
      set({ flow: { ...flow, nodes: applyNodeChanges(kept, flow.nodes) } });
    },
    onEdgesChange: (changes) => {
      const kept = changes.filter((change) => change.type === 'select');
      if (kept.length === 0) return;
      const { flow } = get();
      set({ flow: { ...flow, edges: applyEdgeChanges(kept, flow.edges) } });
    },
    commitMove: (flowIds) => {
      const moved = { nodes: {}, frames: {}, notes: {} } as Record<'nodes' | 'frames' | 'notes', Record<string, Point>>;
      const wanted = new Set(flowIds);
      for (const node of get().flow.nodes) {
        if (!wanted.has(node.id)) continue;
        const { kind, id } = itemOf(node.id);
        moved[kind][id] = { x: Math.round(node.position.x), y: Math.round(node.position.y) };
      }
      get().edit({
        label: flowIds.length === 1 ? 'Move' : `Move ${flowIds.length} items`,
        changes: [{ type: 'move', items: moved }],
      });
      // Where rounding or a frame's rules changed nothing in the document, the canvas still has to show the document.
      set({ flow: deriveFlow(get().document, get().flow) });
    },
    select: (flowIds, edgeIds = []) => {
      const { flow } = get();
      const [nodes, edges] = [new Set(flowIds), new Set(edgeIds)];
      set({ flow: { nodes: mark(flow.nodes, nodes), edges: mark(flow.edges, edges) } });
    },
    setRenaming: (nodeId) => set({ renaming: nodeId }),
    setFocused: (nodeId) => set({ focused: nodeId }),
  };
}

function mark<T extends { id: string; selected?: boolean }>(items: T[], selected: ReadonlySet<string>): T[] {
  let changed = false;
  const marked = items.map((item) => {
    if ((item.selected ?? false) === selected.has(item.id)) return item;
    changed = true;
    return { ...item, selected: selected.has(item.id) };
  });
  return changed ? marked : items;
}
