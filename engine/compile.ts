import {
  AppError,
  analyzeGraph,
  asAppError,
  type ExpressionScope,
  hasErrors,
  type Port,
  portKind,
  validateWorkflow,
  type Workflow,
  type WorkflowGraph,
  type WorkflowNode,
  type WorkflowProblem,
} from '@casare/shared';
import { compileParams, compileTemplates, type TemplateOptions } from './compile-params.ts';
import type { NodeDefinition } from './define-node.ts';
import type { Program, ProgramNode, StepParams } from './program.ts';
import type { Registry } from './registry.ts';
import { upgradeNodes } from './upgrade-nodes.ts';

interface Compilation {
  document: Workflow;
  graph: WorkflowGraph;
  registry: Registry;
  /** Slot of each node of the document; -1 where it cannot be reached. */
  slotOf: readonly number[];
  repeats: readonly boolean[];
  /** Scopes behind the body ports of each container. */
  bodies: ReadonlyMap<number, ReadonlyMap<string, number>>;
  expressions: TemplateOptions;
  problems: WorkflowProblem[];
}

/** Turns a document into what `run` takes. Throws WORKFLOW_INVALID with every problem in `details.problems`. */
export function compile(source: Workflow, registry: Registry): Program {
  const document = upgradeNodes(source, registry);
  const catalog = registry.catalogOf(document);
  const problems = validateWorkflow(document, catalog);
  if (hasErrors(problems)) throw invalid(problems);
  const graph = analyzeGraph(document, catalog);
  const slotOf = document.nodes.map(() => -1);
  graph.order.forEach((node, slot) => {
    slotOf[node] = slot;
  });
  const needs = { credentials: new Set<string>(), assets: new Set<string>() };
  const compilation: Compilation = {
    document,
    graph,
    registry,
    slotOf,
    repeats: findRepeats(graph),
    bodies: bodiesByOwner(graph),
    // A step that is never reached has a slot of its own where nothing is ever stored.
    expressions: { stepSlot: (id) => slotOfId(graph, slotOf, id), needs },
    problems: [],
  };
  const nodes = graph.order.map((index, slot) => compileNode(compilation, index, slot));
  const outputs = document.outputs.map(({ name, value }) => ({
    name,
    read: readerOf(compileTemplates(value, compilation.expressions)),
  }));
  if (compilation.problems.length > 0) throw invalid(compilation.problems);
  return Object.freeze({
    document,
    nodes,
    outputs,
    scopes: graph.scopes.map((scope) => ({
      entries: toSlots(slotOf, scope.entries),
      start: scope.start,
      end: scope.end,
    })),
    slots: new Map(nodes.map((node) => [node.id, node.slot])),
    needs: { credentials: [...needs.credentials].sort(), assets: [...needs.assets].sort() },
    registry,
  });
}

function readerOf(compiled: ReturnType<typeof compileTemplates>): (scope: ExpressionScope) => unknown {
  return typeof compiled === 'function' ? compiled : () => compiled.constant;
}

function invalid(problems: readonly WorkflowProblem[]): AppError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new AppError('WORKFLOW_INVALID', `The workflow cannot run: ${first?.message ?? ''}${more}`, {
    details: { problems },
  });
}

function slotOfId(graph: WorkflowGraph, slotOf: readonly number[], id: string): number {
  const index = graph.indexById.get(id);
  if (index === undefined) return -1;
  const slot = slotOf[index] ?? -1;
  return slot === -1 ? graph.order.length : slot;
}

/** Targets as slots, the last wire first. */
function toSlots(slotOf: readonly number[], nodes: readonly number[]): number[] {
  return nodes.map((node) => slotOf[node] ?? -1).toReversed();
}

function compileNode(compilation: Compilation, index: number, slot: number): ProgramNode {
  const { document, graph, registry, slotOf } = compilation;
  const source = document.nodes[index] as WorkflowNode;
  const definition = registry.get(source.type) as NodeDefinition;
  const ports = graph.ports[index] ?? [];
  const targets = new Map<string, number[]>();
  for (const [port, nodes] of graph.targets[index] ?? []) {
    if (portKind(ports, port) !== 'body') targets.set(port, toSlots(slotOf, nodes));
  }
  const firstPort = ports.find((port) => port.kind === 'flow')?.id ?? '';
  const errorPort = ports.find((port) => port.kind === 'error')?.id ?? '';
  return {
    slot,
    id: source.id,
    definition,
    source,
    disabled: source.disabled === true,
    repeats: compilation.repeats[index] === true,
    plain: isPlain(source, definition),
    movesBrowser: definition.category === 'browser' && definition.effect !== 'pure',
    effect: definition.effect,
    params: paramsOf(compilation, source, definition, index),
    firstPort,
    firstTargets: targets.get(firstPort) ?? [],
    targets,
    ports: new Set(ports.filter(isWay).map((port) => port.id)),
    bodies: compilation.bodies.get(index) ?? noBodies,
    onError: source.onError ?? (targets.has(errorPort) ? 'port' : (document.settings.onError ?? 'stop')),
    errorPort,
  };
}

const noBodies: ReadonlyMap<string, number> = new Map();

function bodiesByOwner(graph: WorkflowGraph): Map<number, Map<string, number>> {
  const byOwner = new Map<number, Map<string, number>>();
  graph.scopes.forEach((scope, i) => {
    const bodies = byOwner.get(scope.owner);
    if (bodies) bodies.set(scope.port, i);
    else byOwner.set(scope.owner, new Map([[scope.port, i]]));
  });
  return byOwner;
}

function isWay(port: Port): boolean {
  return port.kind !== 'body';
}

function isPlain(source: WorkflowNode, definition: NodeDefinition): boolean {
  const harmless = definition.effect === 'pure' || definition.effect === 'idempotent';
  return (
    harmless &&
    definition.effectOf === undefined &&
    definition.calls === undefined &&
    source.retry === undefined &&
    source.timeoutMs === undefined &&
    source.onInDoubt === undefined &&
    source.breakpoint !== true &&
    source.pinnedOutput === undefined
  );
}

function paramsOf(
  compilation: Compilation,
  source: WorkflowNode,
  definition: NodeDefinition,
  index: number,
): StepParams {
  // A step that is switched off may be half filled in.
  if (source.disabled) return { fixed: {}, read: () => ({}) };
  try {
    return compileParams(definition, source.params, compilation.expressions);
  } catch (thrown) {
    const error = asAppError(thrown);
    compilation.problems.push({
      code: error.code === 'EXPRESSION_SYNTAX' ? 'EXPRESSION' : 'PARAM_INVALID',
      severity: 'error',
      nodeId: source.id,
      path: `nodes[${index}].params`,
      message: error.message,
    });
    return { fixed: {}, read: () => ({}) };
  }
}

/**
 * Which nodes more than one token may reach within one pass of their scope: where wires meet, where one port has several wires
 * to the same place, and everything after those. All others never need a counter.
 */
function findRepeats(graph: WorkflowGraph): boolean[] {
  const incoming = graph.targets.map(() => 0);
  for (const ports of graph.targets)
    for (const nodes of ports.values()) for (const node of nodes) incoming[node] = (incoming[node] ?? 0) + 1;
  const repeats = incoming.map((count) => count > 1);
  const stack = repeats.flatMap((repeated, node) => (repeated ? [node] : []));
  while (stack.length > 0) {
    const node = stack.pop() as number;
    for (const [port, nodes] of graph.targets[node] ?? []) {
      // A body starts a scope of its own, where counting starts again.
      if (portKind(graph.ports[node] ?? [], port) === 'body') continue;
      for (const next of nodes) {
        if (repeats[next]) continue;
        repeats[next] = true;
        stack.push(next);
      }
    }
  }
  return repeats;
}
