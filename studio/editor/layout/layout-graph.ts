import { type CatalogIndex, outputPorts } from '@casare/shared';
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import { GRID } from '../edits/new-node.ts';
import { NODE_WIDTH, nodeHeight, portOffset } from '../canvas/node-size.ts';
import type { Point } from '../store/changes.ts';
import { type EditorDocument, rows } from '../store/editor-document.ts';

const OPTIONS: Record<string, string> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.spacing.nodeNode': '40',
  'elk.separateConnectedComponents': 'true',
  'elk.spacing.componentComponent': '64',
  // Branches stay in the order of their ports and of the file: laying out twice must not swap them.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/** The steps (all, or those named) as a graph for ELK, ports fixed where the canvas draws them. */
export function layoutGraph(document: EditorDocument, catalog: CatalogIndex, only?: ReadonlySet<string>): ElkNode {
  const nodes = rows(document.nodes).filter((node) => !only || only.has(node.id));
  const inside = new Set(nodes.map((node) => node.id));
  const children = nodes.map((node): ElkNode => {
    const descriptor = catalog.get(node.type);
    const ports = descriptor ? outputPorts(descriptor, node.params) : [];
    const main = ports.filter((port) => port.kind !== 'error');
    const error = ports.find((port) => port.kind === 'error');
    return {
      id: node.id,
      width: NODE_WIDTH,
      height: nodeHeight(main.length),
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      ports: [
        {
          id: portId(node.id, '<'),
          x: 0,
          y: portOffset(0),
          width: 0,
          height: 0,
          layoutOptions: { 'elk.port.side': 'WEST' },
        },
        ...main.map((port, i) => ({
          id: portId(node.id, port.id),
          x: NODE_WIDTH,
          y: portOffset(i),
          width: 0,
          height: 0,
          layoutOptions: { 'elk.port.side': 'EAST' },
        })),
        ...(error
          ? [
              {
                id: portId(node.id, error.id),
                x: NODE_WIDTH - 28,
                y: nodeHeight(main.length),
                width: 0,
                height: 0,
                layoutOptions: { 'elk.port.side': 'SOUTH' },
              },
            ]
          : []),
      ],
    };
  });
  const known = new Set(children.flatMap((child) => child.ports?.map((port) => port.id) ?? []));
  const edges = rows(document.edges).flatMap((edge): ElkExtendedEdge[] => {
    if (!inside.has(edge.from.node) || !inside.has(edge.to.node)) return [];
    const source = portId(edge.from.node, edge.from.port);
    return [
      {
        id: edge.id,
        sources: [known.has(source) ? source : edge.from.node],
        targets: [portId(edge.to.node, '<')],
      },
    ];
  });
  return { id: 'root', layoutOptions: OPTIONS, children, edges };
}

function portId(node: string, port: string): string {
  return `${node}\n${port}`;
}

/** Positions on the grid. The upper left corner stays where it was, so that the view does not jump. */
export function readLayout(document: EditorDocument, laidOut: ElkNode): Record<string, Point> {
  const children = laidOut.children ?? [];
  const before = children.flatMap((child) => document.nodes.byId[child.id]?.position ?? []);
  if (before.length === 0) return {};
  const corner = (points: readonly Point[]) => ({
    x: Math.min(...points.map((point) => point.x)),
    y: Math.min(...points.map((point) => point.y)),
  });
  const old = corner(before);
  const now = corner(children.map((child) => ({ x: child.x ?? 0, y: child.y ?? 0 })));
  const snap = (value: number) => Math.round(value / GRID) * GRID;
  return Object.fromEntries(
    children.map((child) => [
      child.id,
      { x: snap((child.x ?? 0) - now.x + old.x), y: snap((child.y ?? 0) - now.y + old.y) },
    ]),
  );
}
