import { analyzeGraph, type CatalogIndex, portKind, type WorkflowEdge, type WorkflowGraph } from '@casare/shared';
import { titleOf } from '../edits/new-node.ts';
import { type EditorDocument, rows, toWorkflow } from '../store/editor-document.ts';

/** A part of a workflow that is entered at one step and left in one way. */
export interface SelectionShape {
  /** Ids of all steps in it, those in the bodies of its containers included. */
  ids: ReadonlySet<string>;
  entry: string;
  /** Wires that lead in, all of them to the entry. */
  incoming: WorkflowEdge[];
  /** The wires of one way out; those of others lead to the same steps. */
  outgoing: WorkflowEdge[];
  /** It stands in a container. */
  nested: boolean;
  /** Containers around a step that are part of it: their `item`, `index` and `error` come with them. */
  ownersWithin(id: string): { container: string | undefined; port: string }[];
}

export type ShapeResult = { ok: true; shape: SelectionShape } | { ok: false; why: string };

const refuse = (why: string): ShapeResult => ({ ok: false, why });
const LOOPS = new Set(['forEach', 'while', 'repeat']);

/** Whether the selected steps can stand for themselves, behind a single call. */
export function shapeOf(document: EditorDocument, catalog: CatalogIndex, selected: readonly string[]): ShapeResult {
  const workflow = toWorkflow(document);
  const graph = analyzeGraph(workflow, catalog);
  const { nodes } = workflow;
  const named = (id: string) => `“${titleOf(document.nodes.byId[id] as (typeof nodes)[number], catalog)}”`;
  const descriptorOf = (id: string) => catalog.get(document.nodes.byId[id]?.type ?? '');
  const chosen = new Set(selected.filter((id) => descriptorOf(id)?.inputs.length !== 0));
  if (chosen.size === 0) return refuse('Select the steps that should become a workflow of their own.');

  const owners = (id: string) => ownersOf(graph, graph.indexById.get(id) ?? -1, nodes);
  const ids = new Set(
    nodes
      .map(({ id }) => id)
      .filter((id) => chosen.has(id) || owners(id).some(({ owner }) => owner !== undefined && chosen.has(owner))),
  );
  const scopeIndex = (id: string) => graph.scopeOf[graph.indexById.get(id) ?? -1] ?? -1;
  const tops = [...ids].filter((id) => !owners(id).some(({ owner }) => owner !== undefined && ids.has(owner)));
  const lost = tops.find((id) => scopeIndex(id) === -1);
  if (lost !== undefined) return refuse(`Nothing leads to ${named(lost)}. Wire it first, or leave it out.`);
  if (new Set(tops.map(scopeIndex)).size > 1)
    return refuse(
      'The selected steps stand in different containers. Select steps that stand side by side, or the containers as a whole.',
    );
  const ownersWithin = (id: string) =>
    owners(id)
      .filter(({ owner }) => owner !== undefined && ids.has(owner))
      .map(({ owner, port }) => ({ container: descriptorOf(owner ?? '')?.container, port }));

  for (const id of ids) {
    const { type } = document.nodes.byId[id] ?? { type: '' };
    if (type === 'control.stop')
      return refuse(`${named(id)} would end only the new workflow, no longer this one. Leave it out.`);
    const leaves = type === 'control.break' || type === 'control.continue';
    if (leaves && !ownersWithin(id).some(({ container }) => LOOPS.has(container ?? '')))
      return refuse(`${named(id)} belongs to a loop that is not selected. Select the loop as well, or leave it out.`);
  }

  const edges = rows(document.edges);
  const incoming = edges.filter((edge) => !ids.has(edge.from.node) && ids.has(edge.to.node));
  const entries = [...new Set(incoming.map((edge) => edge.to.node))];
  const [entry] = entries;
  if (entry === undefined) return refuse('No wire leads to the selected steps.');
  if (entries.length > 1)
    return refuse(
      `Wires lead in at ${entries.map(named).join(' and ')}. A called workflow begins at one step: select what joins them too.`,
    );

  const exits = edges.filter((edge) => ids.has(edge.from.node) && !ids.has(edge.to.node));
  const portsOf = (id: string) => graph.ports[graph.indexById.get(id) ?? -1] ?? [];
  const failing = exits.find((edge) => portKind(portsOf(edge.from.node), edge.from.port) === 'error');
  if (failing)
    return refuse(
      `${named(failing.from.node)} leads out by its error port. Select what handles the error too, or leave the step out.`,
    );
  const ways = [...Map.groupBy(exits, ({ from }) => `${from.node}\n${from.port}`).values()];
  const targetsOf = (way: readonly WorkflowEdge[]) =>
    way
      .map(({ to }) => `${to.node}\n${to.port}`)
      .sort()
      .join('\n\n');
  const different = ways.find((way) => targetsOf(way) !== targetsOf(ways[0] ?? []));
  if (different)
    return refuse(
      `The selection is left towards ${named(exits[0]?.to.node ?? '')} and ${named(different[0]?.to.node ?? '')}. A call goes on in one way: select up to where they meet.`,
    );
  if (ways.length > 0) {
    const wired = new Set(edges.map(({ from }) => `${from.node}\n${from.port}`));
    const deadEnd = tops.find((id) =>
      portsOf(id).some((port) => port.kind === 'flow' && !wired.has(`${id}\n${port.id}`)),
    );
    if (deadEnd !== undefined)
      return refuse(
        `After ${named(deadEnd)} it ends in one case and goes on in others. A call always goes on: wire the open port, or leave the step out.`,
      );
    const inside = edges.filter(({ from, to }) => tops.includes(from.node) && tops.includes(to.node));
    const fan = [...Map.groupBy(inside, ({ from }) => `${from.node}\n${from.port}`).values()].find(
      (wires) => wires.length > 1,
    );
    if (fan)
      return refuse(
        `Several wires leave one port of ${named(fan[0]?.from.node ?? '')}, so what follows would run once for each. Leave it out.`,
      );
  }
  return {
    ok: true,
    shape: { ids, entry, incoming, outgoing: ways[0] ?? [], nested: owners(entry).length > 0, ownersWithin },
  };
}

/** The containers around a step with the port of each, the innermost first. */
function ownersOf(graph: WorkflowGraph, index: number, nodes: readonly { id: string }[]) {
  const found: { owner: string | undefined; port: string }[] = [];
  let scope = graph.scopes[graph.scopeOf[index] ?? -1];
  while (scope && scope.owner !== -1) {
    found.push({ owner: nodes[scope.owner]?.id, port: scope.port });
    scope = graph.scopes[scope.parent];
  }
  return found;
}
