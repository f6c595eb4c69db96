import type { AnyNode, Expression, MemberExpression } from 'acorn';
import { type Eval, LIMITS } from './limits.ts';

export interface CompileOptions {
  /** Turns a node id into the slot given to `scope.stepOutput`; -1 for an unknown id becomes the problem UNKNOWN_STEP. */
  stepSlot(nodeId: string): number;
  /** Names besides the usual roots, each a value of `scope.given`: what an expression is about that stands in no workflow. */
  given?: ReadonlySet<string>;
}

export interface ExpressionProblem {
  code: 'EXPRESSION_SYNTAX' | 'UNKNOWN_STEP' | 'UNKNOWN_NAME' | 'NOT_ALLOWED';
  message: string;
  /** Offsets in the text that was compiled; with `path`, in the text at that place. */
  start: number;
  end: number;
  /** Where in a value the text stands (`compileValue` only). */
  path?: (string | number)[];
}

/** What all expressions of one template or value share while they are compiled. */
export interface Unit {
  readonly options: CompileOptions;
  readonly problems: ExpressionProblem[];
  readonly vars: Set<string>;
  readonly steps: Set<string>;
  readonly input: Set<string>;
  readonly credentials: Set<string>;
  readonly assets: Set<string>;
  usesItem: boolean;
  usesError: boolean;
  /** Reads anything of the scope, so it is not a constant. */
  readsScope: boolean;
  /** Calls, loops or is long, so an evaluation needs a budget. */
  counted: boolean;
  /** Makes lists or objects of its own. */
  builds: boolean;
  /** Keeps what arrows return, so parts may be shared and the result must be measured. */
  multiplies: boolean;
  nodes: number;
  localCount: number;
  path: (string | number)[];
}

/** Names of arrow parameters in sight, innermost first. */
export interface Locals {
  readonly slots: ReadonlyMap<string, number>;
  readonly outer: Locals | undefined;
}

/** Where the compiler stands: one expression of a unit, with the names in sight and the nesting. */
export interface Place {
  readonly unit: Unit;
  readonly source: string;
  /** Offset of `source` in the text a person edits. */
  readonly shift: number;
  readonly locals: Locals | undefined;
  readonly depth: number;
  /** Compiles a part. It comes along here so that the files for members, calls and arrows need not know each other. */
  readonly compile: (node: Expression, place: Place) => Eval;
}

/** One `.name`, `[0]` or `[expression]` of a chain. */
export interface Link {
  key: string | number | undefined;
  /** The expression in the brackets when it is not a plain text or number. */
  dynamic: Expression | undefined;
  optional: boolean;
  node: MemberExpression;
}

export function createUnit(options: CompileOptions): Unit {
  return {
    options,
    problems: [],
    vars: new Set(),
    steps: new Set(),
    input: new Set(),
    credentials: new Set(),
    assets: new Set(),
    usesItem: false,
    usesError: false,
    readsScope: false,
    counted: false,
    builds: false,
    multiplies: false,
    nodes: 0,
    localCount: 0,
    path: [],
  };
}

export function findLocal(place: Place, name: string): number | undefined {
  for (let locals = place.locals; locals !== undefined; locals = locals.outer) {
    const slot = locals.slots.get(name);
    if (slot !== undefined) return slot;
  }
  return undefined;
}

/** Notes a problem and goes on, so that one pass finds all of them. The closure it returns is never run. */
export function refuse(
  place: Place,
  node: { start: number; end: number },
  message: string,
  code: ExpressionProblem['code'] = 'NOT_ALLOWED',
): Eval {
  addProblem(place.unit, code, message, node.start + place.shift, node.end + place.shift);
  return () => undefined;
}

export function addProblem(
  unit: Unit,
  code: ExpressionProblem['code'],
  message: string,
  start: number,
  end: number,
): void {
  const problem: ExpressionProblem = { code, message, start, end };
  if (unit.path.length > 0) problem.path = [...unit.path];
  unit.problems.push(problem);
}

/** Source text of a node as a message shows it. */
export function sourceOf(place: Place, node: { start: number; end: number }): string {
  const text = place.source.slice(node.start, node.end).replaceAll(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Parts from which an expression is long: below, even the dearest ones without a loop end in milliseconds. */
export const LONG_EXPRESSION = 64;

/** Counts a node; long expressions get a budget although they cannot loop. */
export function countNode(place: Place, node: AnyNode): boolean {
  place.unit.nodes += 1;
  if (place.unit.nodes > LONG_EXPRESSION) place.unit.counted = true;
  if (place.depth <= LIMITS.depth) return true;
  refuse(place, node, `The expression is nested more than ${LIMITS.depth} levels deep.`);
  return false;
}
