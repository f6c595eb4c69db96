import { AppError, callOf, compileValue, fromWire, type StepRow, type WorkflowNode } from '@casare/shared';
import type { Outputs } from './outputs.ts';
import type { Program, ProgramNode, ProgramScope } from './program.ts';
import type { RunOptions } from './run-options.ts';
import { errorContext } from './step-end.ts';

/** The part of a workflow that is to run, and what the steps that do not run left for it. */
export interface PartialRun {
  program: Program;
  variables: Readonly<Record<string, unknown>>;
  /** Puts the outputs of earlier steps where the steps that run read them. */
  fill(outputs: Outputs): void;
}

type PartialOptions = Pick<RunOptions, 'fromNode' | 'onlyNodes' | 'recorded'>;

/** Undefined: the whole workflow runs. Throws NOT_FOUND and PARTIAL_RUN. */
export function preparePartialRun(whole: Program, options: PartialOptions): PartialRun | undefined {
  const { fromNode, onlyNodes, recorded = {} } = options;
  if (fromNode === undefined && onlyNodes === undefined) return undefined;
  if (fromNode !== undefined && onlyNodes !== undefined)
    throw new AppError('PARTIAL_RUN', 'A run begins at a step or takes a selection of steps, not both at once.');
  const program = fromNode === undefined ? selectSteps(whole, onlyNodes ?? []) : beginAt(whole, fromNode);
  const runs = reachable(program, (program.scopes[0] as ProgramScope).entries);
  const rows = rowsBefore(whole, recorded.rows ?? [], fromNode);
  const context = readContext(whole, rows, recorded, runs);
  const reached = fromNode !== undefined && rows.length < (recorded.rows ?? []).length;
  if (!reached) refuseMissing(whole, runs, context);
  return {
    program,
    variables: { ...context.variables, ...recorded.variables },
    fill(outputs) {
      for (const [slot, value] of context.outputs) outputs.set(slot, value);
      for (const [slot, row] of context.failures) {
        const error = fromWire(row.error ?? { code: 'NODE_FAILED', message: 'The step failed.' });
        outputs.setError(slot, errorContext({ error, nodeId: row.nodeId, path: row.path, recorded: true }));
      }
    },
  };
}

function beginAt(program: Program, fromNode: string): Program {
  const { slot } = topLevelStep(program, fromNode, 'begin at');
  const [top, ...bodies] = program.scopes;
  return { ...program, scopes: [{ ...(top as ProgramScope), entries: [slot] }, ...bodies] };
}

/** Wires that lead out of the selection lead nowhere; where none leads in, it begins. */
function selectSteps(program: Program, onlyNodes: readonly string[]): Program {
  if (onlyNodes.length === 0)
    throw new AppError('PARTIAL_RUN', 'Nothing is selected. Select the steps that should run.');
  const owners = ownersOf(program);
  const ids = new Set(onlyNodes);
  const selected = new Set<number>();
  for (const id of ids) {
    const node = findStep(program, id);
    // Selected together with its container: that one runs whole anyway.
    if (owners.get(node.slot)?.some((owner) => ids.has(owner))) continue;
    selected.add(topLevelStep(program, id, 'run only').slot);
  }
  const within = (slots: readonly number[]) => slots.filter((slot) => selected.has(slot));
  const nodes = program.nodes.map((node) => (selected.has(node.slot) ? cutWires(node, within) : node));
  const led = new Set([...selected].flatMap((slot) => [...(nodes[slot]?.targets.values() ?? [])].flat()));
  const entries = inOrder(program).filter((slot) => selected.has(slot) && !led.has(slot));
  const [top, ...bodies] = program.scopes;
  return { ...program, nodes, scopes: [{ ...(top as ProgramScope), entries: entries.toReversed() }, ...bodies] };
}

function cutWires(node: ProgramNode, within: (slots: readonly number[]) => number[]): ProgramNode {
  const targets = new Map([...node.targets].map(([port, slots]) => [port, within(slots)]));
  const firstTargets = within(node.firstTargets);
  const handled = node.onError !== 'port' || (targets.get(node.errorPort) ?? []).length > 0;
  // A failure whose handling is not part of the selection must not vanish.
  return { ...node, targets, firstTargets, onError: handled ? node.onError : 'stop' };
}

function findStep(program: Program, id: string): ProgramNode {
  const slot = program.slots.get(id);
  const node = slot === undefined ? undefined : program.nodes[slot];
  if (node) return node;
  throw new AppError('NOT_FOUND', `The step "${id}" is not part of the workflow, or nothing leads to it.`);
}

function topLevelStep(program: Program, id: string, what: string): ProgramNode {
  const node = findStep(program, id);
  const owner = ownersOf(program).get(node.slot)?.[0];
  if (owner === undefined) return node;
  throw new AppError(
    'PARTIAL_RUN',
    `A run cannot ${what} "${node.source.name || id}": it stands inside of "${owner}", and what surrounds it there (the item, the number of the pass) is not recorded. Choose "${owner}" itself.`,
    { details: { nodeId: id, container: owner } },
  );
}

/** The containers that each step stands in, the outermost first. */
function ownersOf(program: Program): Map<number, string[]> {
  const owners = new Map<number, string[]>();
  for (const node of program.nodes) {
    for (const index of node.bodies.values()) {
      const { start, end } = program.scopes[index] as ProgramScope;
      for (let slot = start; slot < end; slot++) owners.set(slot, [...(owners.get(slot) ?? []), node.id]);
    }
  }
  // Nodes come scope by scope from the outside in, so each list is in order already.
  return owners;
}

/** Steps of the top level so that whatever leads to a step comes before it. */
function inOrder(program: Program): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (start: number) => {
    const stack: [slot: number, leaving: boolean][] = [[start, false]];
    while (stack.length > 0) {
      const [slot, leaving] = stack.pop() as [number, boolean];
      if (leaving) order.push(slot);
      else if (!seen.has(slot)) {
        seen.add(slot);
        stack.push([slot, true]);
        for (const targets of program.nodes[slot]?.targets.values() ?? [])
          for (const target of targets) stack.push([target, false]);
      }
    }
  };
  for (const slot of program.scopes[0]?.entries ?? []) visit(slot);
  return order.toReversed();
}

function reachable(program: Program, entries: readonly number[]): Set<number> {
  const seen = new Set<number>();
  const stack = [...entries];
  while (stack.length > 0) {
    const slot = stack.pop() as number;
    if (seen.has(slot)) continue;
    seen.add(slot);
    const node = program.nodes[slot];
    for (const targets of node?.targets.values() ?? []) stack.push(...targets);
    for (const index of node?.bodies.values() ?? []) stack.push(...(program.scopes[index]?.entries ?? []));
  }
  return seen;
}

/** What happened before the step was reached; all of it when it never was. */
function rowsBefore(program: Program, rows: readonly StepRow[], fromNode: string | undefined): readonly StepRow[] {
  if (fromNode === undefined) return rows;
  const first = rows.findIndex((row) => row.path === fromNode && program.slots.has(row.nodeId) && row.kind !== 'state');
  return first === -1 ? rows : rows.slice(0, first);
}

interface Context {
  outputs: Map<number, unknown>;
  failures: Map<number, StepRow>;
  variables: Record<string, unknown>;
}

function readContext(
  program: Program,
  rows: readonly StepRow[],
  recorded: NonNullable<PartialOptions['recorded']>,
  runs: ReadonlySet<number>,
): Context {
  const context: Context = { outputs: new Map(), failures: new Map(), variables: {} };
  for (const row of rows) {
    if (callOf(row.path) !== undefined) continue;
    Object.assign(context.variables, row.vars);
    const slot = program.slots.get(row.nodeId);
    if (slot === undefined || runs.has(slot)) continue;
    if (row.kind === 'finished') context.outputs.set(slot, row.output);
    else if (row.kind === 'failed') context.failures.set(slot, row);
  }
  for (const [id, output] of Object.entries(recorded.outputs ?? {})) {
    const { slot } = findStep(program, id);
    if (!runs.has(slot)) context.outputs.set(slot, output);
  }
  return context;
}

/** A step that runs and reads what no earlier run has left would work with nothing. */
function refuseMissing(program: Program, runs: ReadonlySet<number>, { outputs, failures }: Context): void {
  const missing = new Map<string, string[]>();
  for (const slot of runs) {
    const node = program.nodes[slot] as ProgramNode;
    if (node.disabled) continue;
    for (const id of stepsReadBy(program, node.source)) {
      const read = program.slots.get(id);
      if (read === undefined || runs.has(read) || outputs.has(read) || failures.has(read)) continue;
      missing.set(id, [...(missing.get(id) ?? []), node.id]);
    }
  }
  if (missing.size === 0) return;
  const words = [...missing].map(([id, by]) => `"${id}" (read by "${by.join('", "')}")`);
  throw new AppError(
    'PARTIAL_RUN',
    `There is nothing recorded of ${words.join(', ')}. Choose an earlier run in which these steps have run, pin an output for them, or begin further up.`,
    { details: { missing: [...missing.keys()] } },
  );
}

function stepsReadBy(program: Program, source: WorkflowNode): Iterable<string> {
  const compiled = compileValue(source.params, { stepSlot: (id) => program.slots.get(id) ?? -1 });
  return compiled.ok ? compiled.expression.references.steps : [];
}
