import { AppError } from '../errors.ts';
import type { ExpressionScope } from './scope.ts';

/** Every limit of the expression language in one place; docs/expressions.md lists them. */
export const LIMITS = {
  /** Characters of one expression. */
  sourceChars: 65_536,
  /** Nesting of the source and of values that are measured. */
  depth: 64,
  /** Terms in one `a + b + c …` or `a.b.c …` row, which nest in the tree without looking nested. */
  chainTerms: 512,
  /** Operations of one evaluation, see `charge`. */
  operations: 100_000,
  /** Characters of a text that an expression makes. */
  textChars: 1_048_576,
  /** Items of a list, or names of an object, that an expression makes. */
  listItems: 100_000,
  /** Values and characters of a whole result; stops `map(x => [x, x])` in a row, where lists share their parts. */
  resultValues: 4_000_000,
  resultChars: 67_108_864,
} as const;

/** State of one evaluation. Only expressions that loop or call have one, so a plain reference costs nothing extra. */
export interface Run {
  left: number;
  /** Values of arrow function parameters. Arrows never escape and never call themselves, so fixed slots are enough. */
  readonly locals: unknown[];
  readonly scope: ExpressionScope;
}

export type Eval = (scope: ExpressionScope, run: Run | undefined) => unknown;
export type Callback = (a: unknown, b?: unknown, c?: unknown) => unknown;

export function startRun(scope: ExpressionScope): Run {
  return { left: LIMITS.operations, locals: [], scope };
}

export function fail(message: string, details?: Record<string, unknown>): never {
  throw new AppError('EXPRESSION_FAILED', message, details === undefined ? {} : { details });
}

/** Takes operations from the budget; without a run (small expressions that cannot loop) nothing is counted. */
export function charge(run: Run | undefined, operations: number): void {
  if (run === undefined) return;
  run.left -= operations;
  if (run.left < 0) {
    fail(
      `The expression did more than ${LIMITS.operations} operations. Work on fewer items, or use a loop or a data node.`,
    );
  }
}

/** Work over text is charged by the KiB, so that one long text cannot hide behind one operation. */
export function chargeText(run: Run | undefined, chars: number): void {
  charge(run, 1 + Math.floor(chars / 1024));
}

/** Searching costs up to both lengths multiplied (V8 falls back to a quadratic search for crafted texts). */
export function chargeSearch(run: Run | undefined, chars: number, needleChars: number): void {
  charge(run, 1 + Math.floor((chars * Math.min(needleChars, chars)) / 4096));
}

export function checkTextLength(chars: number): void {
  if (chars > LIMITS.textChars) {
    fail(`The text would have ${chars} characters; an expression makes at most ${LIMITS.textChars}. Use a text node.`);
  }
}

export function checkText(text: string): string {
  if (text.length > LIMITS.textChars) checkTextLength(text.length);
  return text;
}

export function checkItems(count: number): void {
  if (count > LIMITS.listItems) {
    fail(`The list would have more than ${LIMITS.listItems} items. Use a data node for lists of that size.`);
  }
}

/** What leaves an evaluation is an AppError, also when the host ran out of stack or memory for a text. */
export function toExpressionError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('EXPRESSION_FAILED', `The expression could not be evaluated: ${reason}`, { cause: error });
}
