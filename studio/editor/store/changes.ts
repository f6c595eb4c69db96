import type { WorkflowEdge, WorkflowNode } from '@casare/shared';
import type { EditorDocument, Table, WorkflowFrame, WorkflowHead, WorkflowNote } from './editor-document.ts';
import { rewriteStepReferences } from './step-references.ts';

export interface Point {
  x: number;
  y: number;
}

export type ItemKind = 'nodes' | 'edges' | 'frames' | 'notes';
export type NodeSettings = Partial<Omit<WorkflowNode, 'id' | 'type' | 'params' | 'position'>>;

/** Everything that can happen to a document. Applied to an immer draft; undo works on the patches that come of it. */
export type Change =
  | { type: 'addNodes'; nodes: readonly WorkflowNode[] }
  | { type: 'addEdges'; edges: readonly WorkflowEdge[] }
  | { type: 'addFrame'; frame: WorkflowFrame }
  | { type: 'addNote'; note: WorkflowNote }
  /** Wires of removed nodes go with them. */
  | { type: 'remove'; items: Partial<Record<ItemKind, readonly string[]>> }
  | { type: 'move'; items: Partial<Record<'nodes' | 'frames' | 'notes', Readonly<Record<string, Point>>>> }
  /** A value of undefined removes the setting. */
  | { type: 'setNode'; nodeId: string; settings: NodeSettings }
  /** `path` begins with the parameter's name; undefined removes the value. */
  | { type: 'setParam'; nodeId: string; path: readonly (string | number)[]; value: unknown }
  | { type: 'reconnect'; edgeId: string; from: WorkflowEdge['from']; to: WorkflowEdge['to'] }
  /** Gives a node another id, and every wire and expression that names it with it. */
  | { type: 'setNodeId'; nodeId: string; to: string }
  | { type: 'setHead'; head: Partial<WorkflowHead> }
  | { type: 'setFrame'; frameId: string; frame: Partial<Omit<WorkflowFrame, 'id'>> }
  | { type: 'setNote'; noteId: string; note: Partial<Omit<WorkflowNote, 'id'>> }
  | { type: 'replace'; document: EditorDocument };

export function applyChange(draft: EditorDocument, change: Change): void {
  switch (change.type) {
    case 'addNodes':
      return addRows(draft.nodes, change.nodes);
    case 'addEdges':
      return addRows(draft.edges, change.edges);
    case 'addFrame':
      return addRows(draft.frames, [change.frame]);
    case 'addNote':
      return addRows(draft.notes, [change.note]);
    case 'remove':
      return removeItems(draft, change.items);
    case 'move':
      return moveItems(draft, change.items);
    case 'setNode':
      return setDefined(draft.nodes.byId[change.nodeId], change.settings);
    case 'setParam':
      return setParam(draft.nodes.byId[change.nodeId], change.path, change.value);
    case 'reconnect':
      return setDefined(draft.edges.byId[change.edgeId], { from: change.from, to: change.to });
    case 'setNodeId':
      return setNodeId(draft, change.nodeId, change.to);
    case 'setHead':
      return setDefined(draft.head, change.head);
    case 'setFrame':
      return setDefined(draft.frames.byId[change.frameId], change.frame);
    case 'setNote':
      return setDefined(draft.notes.byId[change.noteId], change.note);
    case 'replace':
      Object.assign(draft, change.document);
  }
}

function addRows<T extends { id: string }>(table: Table<T>, added: readonly T[]): void {
  for (const row of added) {
    if (!Object.hasOwn(table.byId, row.id)) table.order.push(row.id);
    table.byId[row.id] = row;
  }
}

function removeRows<T>(table: Table<T>, ids: readonly string[] | undefined): void {
  const gone = new Set(ids?.filter((id) => Object.hasOwn(table.byId, id)));
  if (gone.size === 0) return;
  for (const id of gone) delete table.byId[id];
  // One new list makes one patch; splicing would make one for each row that moves up.
  table.order = table.order.filter((id) => !gone.has(id));
}

function removeItems(draft: EditorDocument, items: Partial<Record<ItemKind, readonly string[]>>): void {
  const gone = new Set(items.nodes);
  const loose = draft.edges.order.filter((id) => {
    const edge = draft.edges.byId[id];
    return edge && (gone.has(edge.from.node) || gone.has(edge.to.node));
  });
  removeRows(draft.edges, [...(items.edges ?? []), ...loose]);
  removeRows(draft.nodes, items.nodes);
  removeRows(draft.frames, items.frames);
  removeRows(draft.notes, items.notes);
}

function moveItems(draft: EditorDocument, items: Extract<Change, { type: 'move' }>['items']): void {
  for (const kind of ['nodes', 'frames', 'notes'] as const) {
    for (const [id, position] of Object.entries(items[kind] ?? {})) {
      const row = draft[kind].byId[id];
      if (row && (row.position.x !== position.x || row.position.y !== position.y)) row.position = { ...position };
    }
  }
}

function setDefined<T extends object>(target: T | undefined, values: Partial<T>): void {
  if (!target) return;
  for (const key of Object.keys(values) as (keyof T)[]) {
    const value = values[key];
    if (value === undefined) delete target[key];
    else target[key] = value as T[keyof T];
  }
}

function setParam(node: WorkflowNode | undefined, path: readonly (string | number)[], value: unknown): void {
  const last = path.at(-1);
  if (!node || last === undefined) return;
  let holder = node.params as Record<string | number, unknown>;
  path.slice(0, -1).forEach((key, i) => {
    fillUpTo(holder, key);
    const inner = holder[key];
    if (inner === null || typeof inner !== 'object') holder[key] = typeof path[i + 1] === 'number' ? [] : {};
    holder = holder[key] as Record<string | number, unknown>;
  });
  if (value !== undefined) {
    fillUpTo(holder, last);
    holder[last] = value;
  } else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
}

/** A list with holes does not survive being saved. */
function fillUpTo(holder: unknown, key: string | number): void {
  if (!Array.isArray(holder) || typeof key !== 'number') return;
  while (holder.length < key) holder.push(null);
}

function setNodeId(draft: EditorDocument, from: string, to: string): void {
  const node = draft.nodes.byId[from];
  if (!node || from === to || Object.hasOwn(draft.nodes.byId, to)) return;
  delete draft.nodes.byId[from];
  draft.nodes.byId[to] = { ...node, id: to };
  draft.nodes.order = draft.nodes.order.map((id) => (id === from ? to : id));
  for (const edge of Object.values(draft.edges.byId)) {
    if (edge.from.node === from) edge.from = { ...edge.from, node: to };
    if (edge.to.node === from) edge.to = { ...edge.to, node: to };
  }
  const names = new Map([[from, to]]);
  for (const row of Object.values(draft.nodes.byId)) {
    const params = rewriteStepReferences(row.params, names);
    if (params !== row.params) row.params = params;
  }
  const outputs = rewriteStepReferences(draft.head.outputs, names);
  if (outputs !== draft.head.outputs) draft.head.outputs = outputs;
}
