import { type CatalogIndex, outputPorts, portKind, type WorkflowEdge } from '@casare/shared';
import { type EditorDocument, rows } from '../store/editor-document.ts';
import type { ItemKind } from '../store/changes.ts';
import type { Command } from '../store/history.ts';
import { createEdge } from './new-node.ts';

export type RemovedItems = Partial<Record<ItemKind, readonly string[]>>;

export function removeItems(items: RemovedItems): Command {
  return { label: `Delete ${describe(items)}`, changes: [{ type: 'remove', items }] };
}

function describe(items: RemovedItems): string {
  const words: [ItemKind, string][] = [
    ['nodes', 'step'],
    ['edges', 'wire'],
    ['frames', 'frame'],
    ['notes', 'note'],
  ];
  const parts = words.flatMap(([kind, word]) => {
    const count = items[kind]?.length ?? 0;
    return count === 0 ? [] : [count === 1 ? word : `${count} ${word}s`];
  });
  return parts.join(', ') || 'nothing';
}

/**
 * Deletes steps and joins what was before them with what came after: a wire into the removed part goes on to every step
 * that is reached from there by flow ports. What hung on body and error ports is left loose.
 */
export function removeAndReconnect(
  document: EditorDocument,
  catalog: CatalogIndex,
  nodeIds: readonly string[],
): Command {
  const gone = new Set(nodeIds);
  const edges = rows(document.edges);
  const outgoing = new Map<string, WorkflowEdge[]>();
  for (const edge of edges) {
    const list = outgoing.get(edge.from.node);
    if (list) list.push(edge);
    else outgoing.set(edge.from.node, [edge]);
  }
  const present = new Set(edges.filter((edge) => !gone.has(edge.to.node)).map((edge) => wireKey(edge.from, edge.to)));
  const joined: WorkflowEdge[] = [];
  for (const edge of edges) {
    if (gone.has(edge.from.node) || !gone.has(edge.to.node)) continue;
    for (const target of targetsBehind(document, catalog, gone, outgoing, edge.to.node)) {
      const key = wireKey(edge.from, target);
      if (present.has(key)) continue;
      present.add(key);
      joined.push(createEdge(document, edge.from, target));
    }
  }
  return {
    label: `Delete ${describe({ nodes: nodeIds })} and reconnect`,
    changes: [
      { type: 'remove', items: { nodes: nodeIds } },
      { type: 'addEdges', edges: joined },
    ],
  };
}

function wireKey(from: WorkflowEdge['from'], to: WorkflowEdge['to']): string {
  return `${from.node}\n${from.port}\n${to.node}\n${to.port}`;
}

function targetsBehind(
  document: EditorDocument,
  catalog: CatalogIndex,
  gone: ReadonlySet<string>,
  outgoing: ReadonlyMap<string, readonly WorkflowEdge[]>,
  start: string,
): WorkflowEdge['to'][] {
  const targets: WorkflowEdge['to'][] = [];
  const seen = new Set([start]);
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = document.nodes.byId[id];
    const descriptor = node && catalog.get(node.type);
    const ports = descriptor ? outputPorts(descriptor, node.params) : [];
    for (const edge of outgoing.get(id) ?? []) {
      if (portKind(ports, edge.from.port) !== 'flow') continue;
      if (!gone.has(edge.to.node)) targets.push(edge.to);
      else if (!seen.has(edge.to.node)) {
        seen.add(edge.to.node);
        waiting.push(edge.to.node);
      }
    }
  }
  return targets;
}
