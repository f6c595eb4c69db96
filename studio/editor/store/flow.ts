import type { WorkflowEdge, WorkflowNode } from '@casare/shared';
import type { Edge, Node } from '@xyflow/react';
import { type EditorDocument, rows, type WorkflowFrame, type WorkflowNote } from './editor-document.ts';

export type StepFlowNode = Node<{ node: WorkflowNode }, 'step'>;
export type FrameFlowNode = Node<{ frame: WorkflowFrame }, 'frame'>;
export type NoteFlowNode = Node<{ note: WorkflowNote }, 'note'>;
export type FlowNode = StepFlowNode | FrameFlowNode | NoteFlowNode;
export type FlowEdge = Edge<{ edge: WorkflowEdge }, 'wire'>;

export interface Flow {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

/** Steps, frames and notes share one list on the canvas; node ids have no colon, so a prefix keeps them apart. */
const FRAME = 'frame:';
const NOTE = 'note:';

export function flowIdOf(kind: 'nodes' | 'frames' | 'notes', id: string): string {
  return kind === 'frames' ? FRAME + id : kind === 'notes' ? NOTE + id : id;
}

export function itemOf(flowId: string): { kind: 'nodes' | 'frames' | 'notes'; id: string } {
  if (flowId.startsWith(FRAME)) return { kind: 'frames', id: flowId.slice(FRAME.length) };
  if (flowId.startsWith(NOTE)) return { kind: 'notes', id: flowId.slice(NOTE.length) };
  return { kind: 'nodes', id: flowId };
}

/**
 * What React Flow draws, derived from the document. Rows that did not change keep their object, and with it what React Flow
 * measured and whether it is selected, so that an edit of one step draws one step.
 */
export function deriveFlow(document: EditorDocument, previous: Flow, select?: ReadonlySet<string>): Flow {
  const oldNodes = new Map(previous.nodes.map((node) => [node.id, node]));
  const oldEdges = new Map(previous.edges.map((edge) => [edge.id, edge]));
  const nodes: FlowNode[] = [];
  for (const frame of rows(document.frames)) {
    nodes.push(keep(oldNodes, flowIdOf('frames', frame.id), frame, select, () => frameNode(frame)));
  }
  for (const node of rows(document.nodes)) {
    nodes.push(keep(oldNodes, node.id, node, select, () => stepNode(node)));
  }
  for (const note of rows(document.notes)) {
    nodes.push(keep(oldNodes, flowIdOf('notes', note.id), note, select, () => noteNode(note)));
  }
  const edges = rows(document.edges).map((edge): FlowEdge => {
    const old = oldEdges.get(edge.id);
    const selected = select ? false : (old?.selected ?? false);
    if (old && old.data?.edge === edge && (old.selected ?? false) === selected) return old;
    return { ...wire(edge), selected };
  });
  return { nodes: sameItems(previous.nodes, nodes), edges: sameItems(previous.edges, edges) };
}

function sameItems<T>(before: T[], after: T[]): T[] {
  return before.length === after.length && before.every((item, i) => item === after[i]) ? before : after;
}

type Row = WorkflowNode | WorkflowFrame | WorkflowNote;

function rowOf(node: FlowNode): Row {
  return node.type === 'frame' ? node.data.frame : node.type === 'note' ? node.data.note : node.data.node;
}

function keep(
  old: Map<string, FlowNode>,
  id: string,
  row: Row,
  select: ReadonlySet<string> | undefined,
  make: () => FlowNode,
): FlowNode {
  const before = old.get(id);
  const selected = select ? select.has(id) : (before?.selected ?? false);
  if (!before) return { ...make(), selected };
  if (rowOf(before) === row && samePlace(before.position, row.position)) {
    return (before.selected ?? false) === selected ? before : { ...before, selected };
  }
  return { ...before, ...make(), selected } as FlowNode; // `make` gives the same type of node as before
}

function samePlace(a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  return a.x === b.x && a.y === b.y;
}

function stepNode(node: WorkflowNode): StepFlowNode {
  return { id: node.id, type: 'step', position: { ...node.position }, data: { node } };
}

function frameNode(frame: WorkflowFrame): FrameFlowNode {
  return {
    id: flowIdOf('frames', frame.id),
    type: 'frame',
    position: { ...frame.position },
    width: frame.size.width,
    height: frame.size.height,
    zIndex: -1,
    data: { frame },
  };
}

function noteNode(note: WorkflowNote): NoteFlowNode {
  return {
    id: flowIdOf('notes', note.id),
    type: 'note',
    position: { ...note.position },
    width: note.size?.width ?? 200,
    height: note.size?.height ?? 120,
    data: { note },
  };
}

function wire(edge: WorkflowEdge): FlowEdge {
  return {
    id: edge.id,
    type: 'wire',
    source: edge.from.node,
    sourceHandle: edge.from.port,
    target: edge.to.node,
    targetHandle: edge.to.port,
    data: { edge },
  };
}
