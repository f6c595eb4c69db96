import { type CatalogIndex, outputPorts, type Port, type PortKind } from './node-descriptor.ts';
import type { WorkflowProblem } from './problem.ts';
import type { Workflow, WorkflowEdge } from './workflow.ts';

/** The steps behind one body port of one container; scope 0 is the workflow itself. */
export interface GraphScope {
  /** Index of the container in `Workflow.nodes`; -1 for the workflow itself. */
  owner: number;
  port: string;
  /** Index of the scope the container stands in; -1 for the workflow itself. */
  parent: number;
  /** Nodes where the scope begins, in wire order. */
  entries: number[];
  /** Range in `WorkflowGraph.order` that holds the scope's nodes and everything nested in them. */
  start: number;
  end: number;
}

/** How the nodes of a document hang together; everything by index into `Workflow.nodes`. */
export interface WorkflowGraph {
  indexById: ReadonlyMap<string, number>;
  /** Outgoing ports of each node. */
  ports: readonly (readonly Port[])[];
  /** Targets of each port of each node, in wire order. */
  targets: readonly ReadonlyMap<string, readonly number[]>[];
  /** Scope of each node; -1 where it cannot be reached from the start. */
  scopeOf: readonly number[];
  scopes: readonly GraphScope[];
  /** Reachable nodes, each scope a contiguous range. */
  order: readonly number[];
  starts: readonly number[];
  problems: readonly WorkflowProblem[];
}

interface Wiring {
  indexById: Map<string, number>;
  ports: Port[][];
  targets: Map<string, number[]>[];
  problems: WorkflowProblem[];
}

/**
 * Finds ports, scopes and an order, and every wiring problem. Linear in nodes + edges, without recursion, never throws:
 * a broken document gives a graph of what holds together plus the problems.
 */
export function analyzeGraph(workflow: Pick<Workflow, 'nodes' | 'edges'>, catalog: CatalogIndex): WorkflowGraph {
  const wiring = readWires(workflow, catalog);
  const starts = workflow.nodes.flatMap((node, i) => (isStart(catalog, node.type) ? [i] : []));
  const { scopes, scopeOf } = assignScopes(workflow, wiring, starts);
  findCycles(workflow, wiring);
  return { ...wiring, scopeOf, scopes, starts, order: orderByScope(scopes, scopeOf) };
}

function isStart(catalog: CatalogIndex, type: string): boolean {
  return catalog.get(type)?.inputs.length === 0;
}

function readWires(workflow: Pick<Workflow, 'nodes' | 'edges'>, catalog: CatalogIndex): Wiring {
  const indexById = new Map<string, number>();
  const problems: WorkflowProblem[] = [];
  workflow.nodes.forEach((node, i) => {
    if (indexById.has(node.id)) {
      problems.push({
        code: 'DUPLICATE_ID',
        severity: 'error',
        nodeId: node.id,
        path: `nodes[${i}].id`,
        message: `Two steps have the id "${node.id}". Give one of them another id.`,
      });
    } else indexById.set(node.id, i);
  });
  const ports = workflow.nodes.map((node) => {
    const descriptor = catalog.get(node.type);
    return descriptor ? outputPorts(descriptor, node.params) : [];
  });
  const targets = workflow.nodes.map(() => new Map<string, number[]>());
  const seen = new Set<string>();
  workflow.edges.forEach((edge, i) => {
    const problem = edgeProblem(edge, i, workflow, catalog, indexById, ports, seen);
    if (problem) {
      problems.push(problem);
      return;
    }
    const from = indexById.get(edge.from.node) as number;
    const list = targets[from]?.get(edge.from.port);
    const to = indexById.get(edge.to.node) as number;
    if (list) list.push(to);
    else targets[from]?.set(edge.from.port, [to]);
  });
  return { indexById, ports, targets, problems };
}

function edgeProblem(
  edge: WorkflowEdge,
  i: number,
  workflow: Pick<Workflow, 'nodes'>,
  catalog: CatalogIndex,
  indexById: Map<string, number>,
  ports: Port[][],
  seen: Set<string>,
): WorkflowProblem | undefined {
  const base = {
    severity: 'error' as const,
    edgeId: edge.id,
    path: `edges[${i}]`,
    fix: { kind: 'removeEdge' as const, edgeId: edge.id },
  };
  const from = indexById.get(edge.from.node);
  const to = indexById.get(edge.to.node);
  if (from === undefined || to === undefined) {
    const missing = from === undefined ? edge.from.node : edge.to.node;
    return {
      ...base,
      code: 'DANGLING_EDGE',
      message: `A wire leads to the step "${missing}", which does not exist. Remove the wire.`,
    };
  }
  const key = `${edge.from.node}\n${edge.from.port}\n${edge.to.node}`;
  if (seen.has(key))
    return {
      ...base,
      severity: 'warning',
      code: 'DUPLICATE_EDGE',
      message: `The same wire from "${edge.from.node}" to "${edge.to.node}" stands twice. Remove one.`,
    };
  seen.add(key);
  const source = catalog.get(workflow.nodes[from]?.type ?? '');
  const target = catalog.get(workflow.nodes[to]?.type ?? '');
  if (source && !ports[from]?.some((port) => port.id === edge.from.port)) {
    return {
      ...base,
      code: 'UNKNOWN_PORT',
      nodeId: edge.from.node,
      message: `"${edge.from.node}" (${source.title}) has no outgoing port "${edge.from.port}". Wire one of: ${ports[from]?.map((port) => port.id).join(', ') || 'none'}.`,
    };
  }
  if (target && !target.inputs.some((port) => port.id === edge.to.port)) {
    return {
      ...base,
      code: 'UNKNOWN_PORT',
      nodeId: edge.to.node,
      message: `"${edge.to.node}" (${target.title}) takes no wire at "${edge.to.port}".`,
    };
  }
  return undefined;
}

/** Kind of the port a wire leaves by; unknown ports count as flow so that the rest of the graph can still be looked at. */
export function portKind(ports: readonly Port[], id: string): PortKind {
  return ports.find((port) => port.id === id)?.kind ?? 'flow';
}

function assignScopes(workflow: Pick<Workflow, 'nodes'>, wiring: Wiring, starts: readonly number[]) {
  const scopes: GraphScope[] = [{ owner: -1, port: '', parent: -1, entries: [...starts], start: 0, end: 0 }];
  const scopeOf: number[] = workflow.nodes.map(() => -1);
  const stack: [node: number, scope: number][] = starts.map((node) => [node, 0]);
  while (stack.length > 0) {
    const [node, scope] = stack.pop() as [number, number];
    const known = scopeOf[node];
    if (known !== -1) {
      if (known !== scope) wiring.problems.push(crossing(workflow, node));
      continue;
    }
    scopeOf[node] = scope;
    for (const [port, targets] of wiring.targets[node] ?? []) {
      let inner = scope;
      if (portKind(wiring.ports[node] ?? [], port) === 'body') {
        inner = scopes.length;
        scopes.push({ owner: node, port, parent: scope, entries: [...targets], start: 0, end: 0 });
      }
      for (const target of targets) stack.push([target, inner]);
    }
  }
  return { scopes, scopeOf };
}

function crossing(workflow: Pick<Workflow, 'nodes'>, node: number): WorkflowProblem {
  const id = workflow.nodes[node]?.id ?? '';
  return {
    code: 'CROSSES_BODY',
    severity: 'error',
    nodeId: id,
    path: `nodes[${node}]`,
    message: `"${id}" can be reached from inside a body and from outside of it. A body ends where its wire ends: go on from the container's own port instead.`,
  };
}

/** Depth-first over wires with an explicit stack; each wire that closes a cycle is one problem. */
function findCycles(workflow: Pick<Workflow, 'nodes'>, wiring: Wiring): void {
  const successors = wiring.targets.map((ports) => [...ports.values()].flat());
  const state = new Uint8Array(workflow.nodes.length); // 0 new, 1 on the path, 2 done
  for (let root = 0; root < workflow.nodes.length; root++) {
    if (state[root] !== 0) continue;
    const path: [node: number, next: number][] = [[root, 0]];
    state[root] = 1;
    while (path.length > 0) {
      const top = path[path.length - 1] as [number, number];
      const next = successors[top[0]]?.[top[1]++];
      if (next === undefined) {
        state[top[0]] = 2;
        path.pop();
      } else if (state[next] === 0) {
        state[next] = 1;
        path.push([next, 0]);
      } else if (state[next] === 1) {
        const [from, to] = [workflow.nodes[top[0]]?.id ?? '', workflow.nodes[next]?.id ?? ''];
        wiring.problems.push({
          code: 'CYCLE',
          severity: 'error',
          nodeId: from,
          path: `nodes[${top[0]}]`,
          message: `The wire from "${from}" back to "${to}" closes a cycle. To repeat steps, put them in the body of a loop: control.forEach, control.while or control.repeat.`,
        });
      }
    }
  }
}

/** Every scope's nodes next to each other, nested scopes inside their parent's range; fills `start` and `end`. */
function orderByScope(scopes: GraphScope[], scopeOf: readonly number[]): number[] {
  const own: number[][] = scopes.map(() => []);
  scopeOf.forEach((scope, node) => {
    if (scope !== -1) own[scope]?.push(node);
  });
  const children: number[][] = scopes.map(() => []);
  scopes.forEach((scope, i) => {
    if (scope.parent !== -1) children[scope.parent]?.push(i);
  });
  const order: number[] = [];
  const stack: [scope: number, leaving: boolean][] = [[0, false]];
  while (stack.length > 0) {
    const [i, leaving] = stack.pop() as [number, boolean];
    const scope = scopes[i] as GraphScope;
    if (leaving) {
      scope.end = order.length;
      continue;
    }
    scope.start = order.length;
    order.push(...(own[i] ?? []));
    stack.push([i, true]);
    for (const child of (children[i] ?? []).toReversed()) stack.push([child, false]);
  }
  return order;
}
