import type { WorkflowGraph } from '../graph.ts';
import type { CatalogIndex } from '../node-descriptor.ts';
import type { WorkflowProblem } from '../problem.ts';
import type { Workflow } from '../workflow.ts';

/** Problems of starts, reachability, bodies, jumps, versions and policies. */
export function structureProblems(workflow: Workflow, graph: WorkflowGraph, catalog: CatalogIndex): WorkflowProblem[] {
  return [
    ...startProblems(workflow, graph),
    ...duplicateNames(workflow),
    ...workflow.nodes.flatMap((_, i) => nodeProblems(workflow, graph, catalog, i)),
  ];
}

function startProblems(workflow: Workflow, graph: WorkflowGraph): WorkflowProblem[] {
  if (graph.starts.length === 0) {
    return [
      {
        code: 'NO_START',
        severity: 'error',
        path: 'nodes',
        message: 'The workflow has no Start step. Add one and wire it to the first step.',
        fix: { kind: 'addStart' },
      },
    ];
  }
  return graph.starts.slice(1).map((node) => {
    const nodeId = workflow.nodes[node]?.id ?? '';
    return {
      code: 'MANY_STARTS',
      severity: 'error',
      nodeId,
      path: `nodes[${node}]`,
      message: 'There is more than one Start step. Remove this one.',
      fix: { kind: 'removeNode', nodeId },
    };
  });
}

function duplicateNames(workflow: Workflow): WorkflowProblem[] {
  const lists = [
    ['variables', workflow.variables],
    ['inputs', workflow.inputs],
    ['outputs', workflow.outputs],
  ] as const;
  return lists.flatMap(([list, items]) => {
    const seen = new Set<string>();
    return items.flatMap((item, i): WorkflowProblem[] => {
      if (!seen.has(item.name)) {
        seen.add(item.name);
        return [];
      }
      return [
        {
          code: 'DUPLICATE_NAME',
          severity: 'error',
          path: `${list}[${i}].name`,
          message: `The name "${item.name}" stands twice in the ${list}. Rename one.`,
        },
      ];
    });
  });
}

function unknownType(type: string, { packs }: Workflow): string {
  const pack = packs?.find((one) => one.nodes.some((node) => node.type === type));
  return pack === undefined
    ? `There is no node type "${type}". Install the pack that has it, or replace the step.`
    : `"${type}" needs the pack "${pack.name}" ${pack.version}, which is not installed here: casare packs add ${pack.name}`;
}

function nodeProblems(workflow: Workflow, graph: WorkflowGraph, catalog: CatalogIndex, i: number): WorkflowProblem[] {
  const node = workflow.nodes[i];
  if (!node) return [];
  const problems: WorkflowProblem[] = [];
  const label = node.name || node.id;
  const add = (problem: Omit<WorkflowProblem, 'nodeId' | 'path'> & { path?: string }) =>
    problems.push({ nodeId: node.id, path: `nodes[${i}]`, ...problem });
  const descriptor = catalog.get(node.type);
  if (!descriptor) {
    add({
      code: 'UNKNOWN_NODE',
      severity: 'error',
      path: `nodes[${i}].type`,
      message: unknownType(node.type, workflow),
    });
    return problems;
  }
  if (node.version < descriptor.version) {
    add({
      code: 'NODE_OUTDATED',
      severity: 'warning',
      message: `"${label}" was made for version ${node.version} of its node type; it runs as version ${descriptor.version}.`,
      fix: { kind: 'upgradeNode', nodeId: node.id },
    });
  } else if (node.version > descriptor.version) {
    add({
      code: 'NODE_NEWER',
      severity: 'error',
      message: `"${label}" needs version ${node.version} of ${node.type}; this installation has ${descriptor.version}. Update it.`,
    });
  }
  if (graph.scopeOf[i] === -1)
    add({
      code: 'UNREACHABLE',
      severity: 'warning',
      message: `"${label}" is not connected to the Start and never runs.`,
    });
  for (const port of graph.ports[i] ?? []) {
    if (port.kind === 'body' && port.id === 'body' && !graph.targets[i]?.has(port.id)) {
      add({
        code: 'EMPTY_BODY',
        severity: 'warning',
        message: `Nothing is connected to the port "${port.title}" of "${label}".`,
      });
    }
  }
  if (
    (node.type === 'control.break' || node.type === 'control.continue') &&
    graph.scopeOf[i] !== -1 &&
    !insideLoop(workflow, graph, catalog, i)
  ) {
    add({
      code: 'OUTSIDE_LOOP',
      severity: 'error',
      message: `"${label}" works only inside the body of a loop (and not across a parallel branch).`,
    });
  }
  if (descriptor.effect === 'ask' && node.onInDoubt === undefined) {
    add({
      code: 'IN_DOUBT_UNDECIDED',
      severity: 'warning',
      message: `Decide what happens when it is unknown whether "${label}" took effect: set "In doubt".`,
    });
  }
  if (node.type === 'workflow.call' && node.params.workflowId === workflow.id && node.params.onFleet !== true) {
    add({
      code: 'CALLS_ITSELF',
      severity: 'warning',
      path: `nodes[${i}].params.workflowId`,
      message: `"${label}" calls the workflow it stands in. Make sure that a condition ends this; calls are at most 16 deep.`,
    });
  }
  if (node.pinnedOutput !== undefined)
    add({
      code: 'PINNED_OUTPUT',
      severity: 'warning',
      message: `"${label}" has pinned data: local runs use it, robots do not.`,
    });
  return problems;
}

function insideLoop(workflow: Workflow, graph: WorkflowGraph, catalog: CatalogIndex, node: number): boolean {
  let scope = graph.scopes[graph.scopeOf[node] ?? -1];
  while (scope && scope.owner !== -1) {
    const container = catalog.get(workflow.nodes[scope.owner]?.type ?? '')?.container;
    if (container === 'parallel') return false;
    if (container === 'forEach' || container === 'while' || container === 'repeat') return true;
    scope = graph.scopes[scope.parent];
  }
  return false;
}
