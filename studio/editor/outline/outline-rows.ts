import { type CatalogIndex, outputPorts, type PortKind } from '@casare/shared';
import { type EditorDocument, rows } from '../store/editor-document.ts';

export interface OutlineRow {
  nodeId: string;
  depth: number;
  /** How it is reached from the row above it, where that is not the plain way on. */
  port?: string;
  kind?: PortKind;
  /** Stands further up already; a step that several wires lead to is told once in full. */
  again: boolean;
  /** Not reached from a start. */
  loose: boolean;
}

/**
 * The workflow as an indented list: the way on stays at its level, bodies, branches and error ways go one deeper.
 * Without recursion, each step in full once, linear in steps and wires.
 */
export function outlineRows(document: EditorDocument, catalog: CatalogIndex): OutlineRow[] {
  const outgoing = new Map<string, { port: string; to: string }[]>();
  for (const edge of rows(document.edges)) {
    const wire = { port: edge.from.port, to: edge.to.node };
    const list = outgoing.get(edge.from.node);
    if (list) list.push(wire);
    else outgoing.set(edge.from.node, [wire]);
  }
  const result: OutlineRow[] = [];
  const told = new Set<string>();
  const tell = (first: string, loose: boolean) => {
    const stack: OutlineRow[] = [{ nodeId: first, depth: 0, again: false, loose }];
    for (let row = stack.pop(); row; row = stack.pop()) {
      const node = document.nodes.byId[row.nodeId];
      if (!node) continue;
      const again = told.has(row.nodeId);
      result.push({ ...row, again });
      if (again) continue;
      told.add(row.nodeId);
      const descriptor = catalog.get(node.type);
      const ports = descriptor ? outputPorts(descriptor, node.params) : [];
      const flows = ports.filter((port) => port.kind === 'flow').length;
      const wires = (outgoing.get(row.nodeId) ?? []).map(({ port, to }): OutlineRow => {
        const known = ports.find((candidate) => candidate.id === port);
        const kind = known?.kind ?? 'flow';
        const aside = kind !== 'flow' || flows > 1;
        return {
          nodeId: to,
          depth: row.depth + (aside ? 1 : 0),
          ...(aside ? { port: known?.title ?? port, kind } : {}),
          again: false,
          loose,
        };
      });
      // What is aside comes first, so that the way on follows at its own level.
      const ordered = [
        ...wires.filter((wire) => wire.port !== undefined),
        ...wires.filter((wire) => wire.port === undefined),
      ];
      stack.push(...ordered.toReversed());
    }
  };
  const targets = new Set(rows(document.edges).map((edge) => edge.to.node));
  const nodes = rows(document.nodes);
  for (const node of nodes) if (catalog.get(node.type)?.inputs.length === 0) tell(node.id, false);
  for (const node of nodes) if (!told.has(node.id) && !targets.has(node.id)) tell(node.id, true);
  for (const node of nodes) if (!told.has(node.id)) tell(node.id, true);
  return result;
}
