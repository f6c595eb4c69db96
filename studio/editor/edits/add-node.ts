import {
  type CatalogIndex,
  type NodeDescriptor,
  outputPorts,
  type WorkflowEdge,
  type WorkflowNode,
} from '@casare/shared';
import { NODE_HEIGHT, NODE_WIDTH } from '../canvas/node-size.ts';
import type { Change, Point } from '../store/changes.ts';
import type { EditorDocument } from '../store/editor-document.ts';
import type { Command } from '../store/history.ts';
import { createEdge, createNode } from './new-node.ts';

export interface AddedNode {
  command: Command;
  nodeId: string;
}

/** Where a wire comes from or goes to that the new step should be connected with. */
export type WireEnd = { side: 'from'; node: string; port: string } | { side: 'to'; node: string; port: string };

export function addNode(
  document: EditorDocument,
  descriptor: NodeDescriptor,
  position: Point,
  wire?: WireEnd,
): AddedNode {
  const node = createNode(descriptor, document, position);
  const changes: Change[] = [{ type: 'addNodes', nodes: [node] }];
  const edge = wire && wireTo(document, descriptor, node.id, wire);
  if (edge) changes.push({ type: 'addEdges', edges: [edge] });
  return { nodeId: node.id, command: { label: `Add ${descriptor.title}`, changes } };
}

function wireTo(
  document: EditorDocument,
  descriptor: NodeDescriptor,
  nodeId: string,
  wire: WireEnd,
): WorkflowEdge | undefined {
  if (wire.side === 'from') {
    const input = descriptor.inputs[0];
    return input && createEdge(document, { node: wire.node, port: wire.port }, { node: nodeId, port: input.id });
  }
  const output = outputPorts(descriptor, {}).find((port) => port.kind !== 'error');
  return output && createEdge(document, { node: nodeId, port: output.id }, { node: wire.node, port: wire.port });
}

/** Adds behind a step: right of it, below what stands there already, wired to its first free flow port. */
export function addAfter(
  document: EditorDocument,
  catalog: CatalogIndex,
  descriptor: NodeDescriptor,
  nodeId: string,
): AddedNode | undefined {
  const node = document.nodes.byId[nodeId];
  if (!node) return undefined;
  const port = freePort(document, catalog, nodeId);
  return addNode(
    document,
    descriptor,
    placeBehind(document, node),
    port ? { side: 'from', node: nodeId, port } : undefined,
  );
}

/** Right of a step, below what stands there already. */
export function placeBehind(document: EditorDocument, node: WorkflowNode): Point {
  return freePlace(document, { x: node.position.x + NODE_WIDTH + 72, y: node.position.y });
}

/** First port that is not for errors and has no wire; a body port before the way on, as a loop is filled first. */
export function freePort(document: EditorDocument, catalog: CatalogIndex, nodeId: string): string | undefined {
  const node = document.nodes.byId[nodeId];
  const descriptor = node && catalog.get(node.type);
  if (!descriptor) return undefined;
  const ports = outputPorts(descriptor, node.params).filter((port) => port.kind !== 'error');
  const wired = new Set(
    Object.values(document.edges.byId).flatMap((edge) => (edge.from.node === nodeId ? [edge.from.port] : [])),
  );
  const free = ports.filter((port) => !wired.has(port.id));
  return (free.find((port) => port.kind === 'body') ?? free[0] ?? ports[0])?.id;
}

export function freePlace(document: EditorDocument, wanted: Point): Point {
  const place = { ...wanted };
  const nodes = Object.values(document.nodes.byId);
  const occupied = () =>
    nodes.some(
      (node) => Math.abs(node.position.x - place.x) < NODE_WIDTH && Math.abs(node.position.y - place.y) < NODE_HEIGHT,
    );
  while (occupied()) place.y += NODE_HEIGHT + 32;
  return place;
}

/** The first input of `node` takes the wire over, its first flow port leads on to where the wire went. */
export function insertOnWire(
  document: EditorDocument,
  catalog: CatalogIndex,
  edgeId: string,
  inserted: { nodeId: string; descriptor: NodeDescriptor; params: Readonly<Record<string, unknown>> },
): Change[] | undefined {
  const edge = document.edges.byId[edgeId];
  const input = inserted.descriptor.inputs[0];
  const output = outputPorts(inserted.descriptor, inserted.params).find((port) => port.kind === 'flow');
  if (!edge || !input || !output || edge.from.node === inserted.nodeId || edge.to.node === inserted.nodeId) {
    return undefined;
  }
  if (!catalog.has(inserted.descriptor.type)) return undefined;
  return [
    { type: 'reconnect', edgeId, from: edge.from, to: { node: inserted.nodeId, port: input.id } },
    { type: 'addEdges', edges: [createEdge(document, { node: inserted.nodeId, port: output.id }, edge.to)] },
  ];
}

export function addOnWire(
  document: EditorDocument,
  catalog: CatalogIndex,
  descriptor: NodeDescriptor,
  position: Point,
  edgeId: string,
): AddedNode | undefined {
  const node = createNode(descriptor, document, position);
  const changes = insertOnWire(document, catalog, edgeId, { nodeId: node.id, descriptor, params: {} });
  if (!changes) return undefined;
  return {
    nodeId: node.id,
    command: { label: `Insert ${descriptor.title}`, changes: [{ type: 'addNodes', nodes: [node] }, ...changes] },
  };
}
