import { compileNode } from './compile-node.ts';
import {
  type CompileOptions,
  type ExpressionProblem,
  LONG_EXPRESSION,
  type Place,
  type Unit,
  addProblem,
  createUnit,
} from './context.ts';
import { type Eval, LIMITS, startRun, toExpressionError } from './limits.ts';
import { parseExpressionPrefix } from './parse.ts';
import { EMPTY_SCOPE, type ExpressionScope } from './scope.ts';
import { deepFreeze, measure } from './values.ts';

export type { CompileOptions, ExpressionProblem };

export type Compiled = (scope: ExpressionScope) => unknown;

export interface CompiledExpression {
  evaluate: Compiled;
  /** The same frozen value each time, whatever the scope holds. */
  isConstant: boolean;
  references: {
    vars: string[];
    steps: string[];
    input: string[];
    credentials: string[];
    assets: string[];
    usesItem: boolean;
    usesError: boolean;
  };
}

export type CompileResult = { ok: true; expression: CompiledExpression } | { ok: false; problems: ExpressionProblem[] };

/** Compiles the text between `${` and `}`. Never throws: what is wrong with the text comes back as problems. */
export function compileExpression(source: string, options: CompileOptions): CompileResult {
  const unit = createUnit(options);
  const found = compilePrefix(source, 0, unit);
  if (found !== undefined && found.end < source.length) {
    addProblem(unit, 'EXPRESSION_SYNTAX', 'The expression ends here; this is left over.', found.end, source.length);
  }
  return finish(unit, found?.evaluate ?? (() => undefined));
}

/** Compiles the expression at the start of a text; says where it ends, or notes a problem and gives undefined. */
export function compilePrefix(source: string, shift: number, unit: Unit): { evaluate: Eval; end: number } | undefined {
  const parsed = parseExpressionPrefix(source);
  if (!parsed.ok) {
    const at = Math.min(parsed.at, source.length) + shift;
    addProblem(unit, 'EXPRESSION_SYNTAX', parsed.message, at, Math.min(at + 1, source.length + shift));
    return undefined;
  }
  // Per expression, not per unit: one that loops must not make its neighbours pay for being measured.
  unit.nodes = 0;
  unit.builds = false;
  unit.multiplies = false;
  const place: Place = { unit, source, shift, locals: undefined, depth: 0, compile: compileNode };
  const evaluate = compileNode(parsed.node, place);
  const measured = unit.multiplies || (unit.builds && unit.nodes > LONG_EXPRESSION);
  return { evaluate: measured ? withMeasure(evaluate) : evaluate, end: parsed.end };
}

function withMeasure(evaluate: Eval): Eval {
  return (scope, run) => {
    const value = evaluate(scope, run);
    if (typeof value === 'object' && value !== null) {
      measure(value, { values: LIMITS.resultValues, chars: LIMITS.resultChars });
    }
    return value;
  };
}

/** The result of a unit: its problems, a constant, or a closure with a budget when it needs one. */
export function finish(unit: Unit, evaluate: Eval): CompileResult {
  if (unit.problems.length > 0) return { ok: false, problems: unit.problems };
  const compiled = unit.counted ? withBudget(evaluate) : (scope: ExpressionScope) => evaluate(scope, undefined);
  const references = {
    vars: [...unit.vars],
    steps: [...unit.steps],
    input: [...unit.input],
    credentials: [...unit.credentials],
    assets: [...unit.assets],
    usesItem: unit.usesItem,
    usesError: unit.usesError,
  };
  const expression = { evaluate: compiled, isConstant: !unit.readsScope, references };
  return { ok: true, expression: unit.readsScope ? expression : { ...expression, evaluate: foldConstant(compiled) } };
}

function withBudget(evaluate: Eval): Compiled {
  return (scope) => {
    try {
      return evaluate(scope, startRun(scope));
    } catch (error) {
      throw toExpressionError(error);
    }
  };
}

/** Evaluates now, once. A constant that fails (`1 / 0`) fails again each time it is read. */
function foldConstant(evaluate: Compiled): Compiled {
  try {
    const value = deepFreeze(evaluate(EMPTY_SCOPE));
    return () => value;
  } catch {
    return evaluate;
  }
}
