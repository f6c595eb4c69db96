import {
  AppError,
  type CompileResult,
  compileExpression,
  type ExpressionProblem,
  type ExpressionScope,
} from '../../../shared/index.ts';

const STEPS = ['fetch', 'read', 'node id'];

export const options = { stepSlot: (nodeId: string) => STEPS.indexOf(nodeId) };

/** A scope as a run would have it: `fetch` did not run, `read` gave items, `node id` failed. */
export function createScope(over: Partial<ExpressionScope> = {}): ExpressionScope {
  const outputs: unknown[] = [undefined, { b: 4, items: [{ name: 'first' }, { name: 'second' }], none: null }, null];
  const errors: unknown[] = [undefined, undefined, { code: 'NODE_FAILED', message: 'no' }];
  return {
    vars: {
      n: 5,
      c: 'x',
      text: 'Hello World',
      list: [3, 1, 2],
      people: [
        { name: 'Ann', age: 31, city: 'Rome' },
        { name: 'Bob', age: 25, city: 'Oslo' },
        { name: 'Cid', age: 40, city: 'Rome' },
      ],
      key: 'name',
      yes: true,
      nothing: null,
      empty: '',
      object: { a: 1, b: { c: 2 } },
    },
    input: { url: 'https://example.test' },
    item: { name: 'item', tags: ['t1', 't2'] },
    index: 2,
    error: { code: 'THROWN', message: 'boom', nodeId: 'fetch', details: { why: 'x' } },
    run: { id: 'run-1', startedAt: '2026-03-01T12:00:00.000Z' },
    env: { HOME: '/home/robot' },
    credentials: { crm: { username: 'ann', password: 'pass-1' } },
    assets: { limit: 10 },
    stepOutput: (slot) => outputs[slot],
    stepError: (slot) => errors[slot],
    ...over,
  };
}

export function evaluate(source: string, scope: ExpressionScope = createScope()): unknown {
  return run(compileExpression(source, options), scope);
}

export function run(result: CompileResult, scope: ExpressionScope = createScope()): unknown {
  if (!result.ok) throw new Error(`does not compile: ${JSON.stringify(result.problems)}`);
  return result.expression.evaluate(scope);
}

export function problemsOf(result: CompileResult): ExpressionProblem[] {
  return result.ok ? [] : result.problems;
}

/** The message of the AppError that an evaluation throws. */
export function failureOf(source: string, scope?: ExpressionScope): string {
  try {
    evaluate(source, scope);
  } catch (error) {
    if (error instanceof AppError && error.code === 'EXPRESSION_FAILED') return error.message;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}
