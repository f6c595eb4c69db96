import type { CatalogIndex, NodeDescriptor, WorkflowEdge, WorkflowNode } from '@casare/shared';
import { type EditorDocument, freeId } from '../store/editor-document.ts';
import type { Point } from '../store/changes.ts';

/** `browser.click` → `click`, the next one `click_2`: ids stand in expressions, so they have to be readable. */
export function newNodeId(type: string, taken: (id: string) => boolean): string {
  const stem = (type.split('.').at(-1) ?? 'step').replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 48);
  return freeId(/^[A-Za-z_]/.test(stem) ? stem : `step_${stem}`, taken);
}

export function newEdgeId(taken: (id: string) => boolean = () => false): string {
  for (;;) {
    const id = `w_${randomPart(8)}`;
    if (!taken(id)) return id;
  }
}

export function randomPart(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join('');
}

export function createNode(
  descriptor: NodeDescriptor,
  document: EditorDocument,
  position: Point,
  params: WorkflowNode['params'] = {},
): WorkflowNode {
  const names = new Set(Object.values(document.nodes.byId).map((node) => node.name));
  return {
    id: newNodeId(descriptor.type, (id) => Object.hasOwn(document.nodes.byId, id)),
    type: descriptor.type,
    version: descriptor.version,
    name: freeName(descriptor.title, names),
    position: snapPoint(position),
    params,
  };
}

/** `Click`, `Click 2`, `Click 3` … */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, '');
  for (let n = 2; ; n++) if (!taken.has(`${stem} ${n}`)) return `${stem} ${n}`;
}

export function createEdge(document: EditorDocument, from: WorkflowEdge['from'], to: WorkflowEdge['to']): WorkflowEdge {
  return { id: newEdgeId((id) => Object.hasOwn(document.edges.byId, id)), from, to };
}

export const GRID = 8;

export function snapPoint(point: Point): Point {
  return { x: Math.round(point.x / GRID) * GRID, y: Math.round(point.y / GRID) * GRID };
}

export function titleOf(node: WorkflowNode, catalog: CatalogIndex): string {
  return node.name || catalog.get(node.type)?.title || node.type;
}
