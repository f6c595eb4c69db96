import type { Draft, DraftScope } from '../draft.ts';
import type { ImportedNode } from '../report.ts';
import type { Converter } from './converter.ts';
import type { N8nDocument, N8nNode } from './document.ts';
import { asOne, type Converted, NOTHING } from '../flow.ts';
import { enter, type Entrance, type Incoming, type LoopBook } from '../loops.ts';
import type { NodeOrder } from './order.ts';

/** One workflow of n8n while it is walked, node by node in the order they can run. */
export interface Walk {
  document: N8nDocument;
  order: NodeOrder;
  draft: Draft;
  book: LoopBook;
  converted: Map<string, Converted>;
  reported: ImportedNode[];
  workflowIds: ReadonlyMap<string, string>;
  nodeByName: ReadonlyMap<string, N8nNode>;
}

export function incomingOf(walk: Walk, name: string): (Incoming & { input: number })[] {
  const seen = new Set<string>();
  return (walk.order.arrivals.get(name) ?? []).flatMap(({ from, output, input }) => {
    const converted = walk.converted.get(from);
    const key = `${from}\n${output}\n${input}`;
    if (!converted?.outputs[output] || seen.has(key)) return [];
    seen.add(key);
    return [{ node: from, converted, output, input }];
  });
}

export function enterNode(
  walk: Walk,
  node: N8nNode,
  incoming: readonly Incoming[],
  reads: Converter['reads'],
): Entrance {
  const { draft, book } = walk;
  if (incoming.length === 0) {
    return { scope: draft.root, exits: [], flow: NOTHING, ways: new Map(), origins: new Set() };
  }
  const entrance = enter(book, incoming, node.name, reads);
  if (reads !== 'item' || entrance.flow.kind !== 'list') return entrance;
  if (node.executeOnce === true) return { ...entrance, flow: { kind: 'one', expression: asOne(entrance.flow) } };
  return openLoop(
    walk,
    entrance,
    `Each item for ${node.name}`,
    `\${${entrance.flow.expression}}`,
    positionOf(walk, node),
    true,
  );
}

/** Puts a For each between what arrives and what comes: in its body the item is `item`. */
export function openLoop(
  walk: Walk,
  entrance: Entrance,
  name: string,
  items: string,
  position: { x: number; y: number },
  isAutomatic: boolean,
): Entrance {
  const { draft, book } = walk;
  if (isAutomatic) walk.draft.makeRoomAt(position.x);
  const owner = draft.addStep({ type: 'control.forEach', name, position, params: { items } });
  for (const exit of entrance.exits) draft.connect(exit, owner, entrance.scope);
  const scope: DraftScope = { parent: entrance.scope, owner, isAutomatic };
  book.loops.set(scope, { origins: entrance.origins, ways: entrance.ways });
  return {
    ...entrance,
    scope,
    exits: [{ step: owner, port: 'body', scope }],
    flow: { kind: 'one', expression: 'item' },
  };
}

/** The type without the package it comes from. */
export function shortType(type: string): string {
  return type.replace(/^(?:n8n-nodes-base|@n8n\/n8n-nodes-langchain)\./, '');
}

/** Steps are wider here than nodes are there. */
export function scaled([x, y]: readonly [number, number]): { x: number; y: number } {
  return { x: Math.round(x * 1.35), y: Math.round(y * 1.2) };
}

export function positionOf(walk: Walk, node: N8nNode): { x: number; y: number } {
  return walk.draft.place(scaled(node.position ?? [0, 0]));
}

export function report(
  walk: Walk,
  node: N8nNode,
  outcome: ImportedNode['outcome'],
  steps: string[],
  notes: string[],
): void {
  walk.reported.push({
    workflow: '',
    sourceId: node.id ?? '',
    name: node.name,
    type: node.type,
    outcome,
    steps,
    notes,
  });
}
