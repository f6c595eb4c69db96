import { type CatalogIndex, type Workflow, type WorkflowEdge, type WorkflowNode, workflowSchema } from '@casare/shared';
import { loadCatalog } from '../../../studio/editor/catalog.ts';
import { createEditorStore, type EditorStore } from '../../../studio/editor/store/editor-store.ts';

export const catalog: CatalogIndex = loadCatalog();

export function node(id: string, type = 'data.log', more: Partial<WorkflowNode> = {}): WorkflowNode {
  return { id, type, version: 1, name: id, position: { x: 0, y: 0 }, params: {}, ...more };
}

export function edge(from: string, to: string, port = 'out', id = `${from}_${port}_${to}`): WorkflowEdge {
  return { id, from: { node: from, port }, to: { node: to, port: 'in' } };
}

export function workflow(nodes: WorkflowNode[], edges: WorkflowEdge[] = [], more: Partial<Workflow> = {}): Workflow {
  return workflowSchema.parse({ schemaVersion: 1, id: 'wf', name: 'Test', nodes, edges, ...more });
}

export function storeOf(content: Workflow, saved = true): EditorStore & { tick(ms: number): void } {
  let now = 0;
  const store = createEditorStore({ workflow: content, saved, now: () => now });
  return Object.assign(store, {
    tick: (ms: number) => {
      now += ms;
    },
  });
}
