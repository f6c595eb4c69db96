import { compileValue } from '../expressions/index.ts';
import type { WorkflowGraph } from '../graph.ts';
import { portKind } from '../graph.ts';
import type { CatalogIndex } from '../node-descriptor.ts';
import type { ProblemCode, WorkflowProblem } from '../problem.ts';
import { isRawParam } from '../vault-names.ts';
import type { Workflow } from '../workflow.ts';

/** Names of the credentials and assets that there are where the workflow is to run. */
export interface KnownNames {
  readonly credentials: ReadonlySet<string>;
  readonly assets: ReadonlySet<string>;
}

/** Problems of every expression in the document: syntax, unknown steps, variables and inputs, and steps that run later. */
export function referenceProblems(
  workflow: Workflow,
  graph: WorkflowGraph,
  catalog: CatalogIndex,
  names?: KnownNames,
): WorkflowProblem[] {
  const problems: WorkflowProblem[] = [];
  const known = {
    vars: new Set([...workflow.variables.map((variable) => variable.name), ...assignedVariables(workflow)]),
    inputs: new Set(workflow.inputs.map((input) => input.name)),
    place: places(graph),
  };
  workflow.nodes.forEach((node, i) => {
    const descriptor = catalog.get(node.type);
    for (const [param, value] of Object.entries(node.params)) {
      if (!isRawParam(descriptor, param)) check(value, `nodes[${i}].params.${param}`, i);
    }
  });
  workflow.outputs.forEach((output, i) => check(output.value, `outputs[${i}].value`));
  return problems;

  function check(value: unknown, path: string, node?: number): void {
    const nodeId = node === undefined ? undefined : workflow.nodes[node]?.id;
    const add = (code: ProblemCode, severity: 'error' | 'warning', message: string, fix?: WorkflowProblem['fix']) =>
      problems.push({ code, severity, ...(nodeId !== undefined && { nodeId }), path, message, ...(fix && { fix }) });
    const compiled = compileValue(value, { stepSlot: (id) => graph.indexById.get(id) ?? -1 });
    if (!compiled.ok) {
      for (const problem of compiled.problems)
        add(
          problem.code === 'UNKNOWN_STEP' || problem.code === 'UNKNOWN_NAME' ? problem.code : 'EXPRESSION',
          'error',
          problem.message,
        );
      return;
    }
    const { references } = compiled.expression;
    for (const name of references.vars) {
      if (!known.vars.has(name))
        add('UNKNOWN_NAME', 'error', `The variable "${name}" is not declared. Declare it, or correct the name.`, {
          kind: 'declareVariable',
          name,
        });
    }
    for (const name of references.input) {
      if (!known.inputs.has(name))
        add(
          'UNKNOWN_NAME',
          'error',
          `The workflow has no input "${name}". Declare it in the workflow's settings, or correct the name.`,
        );
    }
    for (const name of references.credentials) {
      if (names && !names.credentials.has(name))
        add(
          'UNKNOWN_CREDENTIAL',
          'warning',
          `There is no credential "${name}" here. Add it, or correct the name: without it the workflow does not start.`,
        );
    }
    for (const name of references.assets) {
      if (names && !names.assets.has(name))
        add(
          'UNKNOWN_ASSET',
          'warning',
          `There is no asset "${name}" here. Add it, or correct the name: without it the workflow does not start.`,
        );
    }
    for (const id of references.steps) {
      const step = graph.indexById.get(id);
      if (step === undefined || node === undefined) continue;
      const [mine, theirs] = [known.place[node] ?? -1, known.place[step] ?? -1];
      if (mine !== -1 && (theirs === -1 || theirs >= mine)) {
        add('STEP_NOT_BEFORE', 'warning', `"${nodeId}" uses the output of "${id}", which cannot have run before it.`);
      }
    }
  }
}

/** Names that steps set while running, so they need no declaration: parameters shown with the widget `variable` hold them. */
function assignedVariables(workflow: Workflow): string[] {
  return workflow.nodes.flatMap((node) => {
    const name = node.type === 'data.setVariable' || node.type === 'data.increment' ? node.params.name : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

/**
 * A number per node such that whatever runs before it has a smaller one: reverse postorder, body ports visited last so that a
 * body comes before what follows its container. -1: not reachable.
 */
function places(graph: WorkflowGraph): number[] {
  const successors = graph.targets.map((targets, node) => {
    const ports = graph.ports[node] ?? [];
    const wired = [...targets].sort(
      ([a], [b]) => Number(portKind(ports, a) === 'body') - Number(portKind(ports, b) === 'body'),
    );
    // The first branch of a port runs to its end before the second begins, so it comes before it.
    return wired.flatMap(([, nodes]) => [...nodes].reverse());
  });
  const place = graph.targets.map(() => -1);
  const visited = new Uint8Array(place.length);
  let next = place.length;
  for (const start of graph.starts) {
    if (visited[start]) continue;
    visited[start] = 1;
    const path: [node: number, next: number][] = [[start, 0]];
    while (path.length > 0) {
      const top = path[path.length - 1] as [number, number];
      const child = successors[top[0]]?.[top[1]++];
      if (child === undefined) {
        place[top[0]] = next--;
        path.pop();
      } else if (!visited[child]) {
        visited[child] = 1;
        path.push([child, 0]);
      }
    }
  }
  return place;
}
