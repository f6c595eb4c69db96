import type { Workflow, WorkflowEdge, WorkflowNode } from '@casare/shared';

export type WorkflowFrame = Workflow['frames'][number];
export type WorkflowNote = Workflow['notes'][number];

/** Rows by id, and the order they have in the file, so that undoing a removal gives the very same file again. */
export interface Table<T> {
  byId: Record<string, T>;
  order: string[];
}

/** Everything of a workflow that is not drawn. */
export type WorkflowHead = Omit<Workflow, 'nodes' | 'edges' | 'frames' | 'notes'>;

/** A workflow as the editor holds it: a change touches one row, and whatever did not change keeps its reference. */
export interface EditorDocument {
  head: WorkflowHead;
  nodes: Table<WorkflowNode>;
  edges: Table<WorkflowEdge>;
  frames: Table<WorkflowFrame>;
  notes: Table<WorkflowNote>;
}

export function toEditorDocument(workflow: Workflow): EditorDocument {
  const { nodes, edges, frames, notes, ...head } = workflow;
  return {
    head,
    nodes: toTable(nodes),
    edges: toTable(edges),
    frames: toTable(frames),
    notes: toTable(notes),
  };
}

/** Keys in the order of the format, whatever order they were set in: a saved file must diff well. */
export function toWorkflow(document: EditorDocument): Workflow {
  const { head } = document;
  return {
    schemaVersion: head.schemaVersion,
    id: head.id,
    name: head.name,
    description: head.description,
    nodes: rows(document.nodes).map(orderNodeKeys),
    edges: rows(document.edges),
    variables: head.variables,
    inputs: head.inputs,
    outputs: head.outputs,
    requires: head.requires,
    settings: head.settings,
    ...(head.packs && { packs: head.packs }),
    frames: rows(document.frames),
    notes: rows(document.notes),
  };
}

export function rows<T>(table: Table<T>): T[] {
  return table.order.flatMap((id) => {
    const row = table.byId[id];
    return row === undefined ? [] : [row];
  });
}

/** A second row with the same id would be lost in a table, so it gets an id of its own; the validator cannot repair that later. */
function toTable<T extends { id: string }>(list: readonly T[]): Table<T> {
  const table: Table<T> = { byId: {}, order: [] };
  for (const row of list) {
    const id = Object.hasOwn(table.byId, row.id) ? freeId(row.id, (other) => Object.hasOwn(table.byId, other)) : row.id;
    table.byId[id] = id === row.id ? row : { ...row, id };
    table.order.push(id);
  }
  return table;
}

export function freeId(wanted: string, taken: (id: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, '').slice(0, 56);
  for (let n = 2; ; n++) {
    const id = `${stem}_${n}`;
    if (!taken(id)) return id;
  }
}

const NODE_KEYS = [
  'id',
  'type',
  'version',
  'name',
  'position',
  'params',
  'disabled',
  'notes',
  'retry',
  'timeoutMs',
  'onError',
  'onInDoubt',
  'breakpoint',
  'pinnedOutput',
] as const satisfies readonly (keyof WorkflowNode)[];

function orderNodeKeys(node: WorkflowNode): WorkflowNode {
  const ordered: Record<string, unknown> = {};
  for (const key of NODE_KEYS) if (node[key] !== undefined) ordered[key] = node[key];
  return ordered as unknown as WorkflowNode; // same keys and values, another order
}
