import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError, type ExpressionScope } from '../../../shared/index.ts';
import { createScope, evaluate } from './evaluate.ts';

/**
 * A second, independent reading of the language: small trees are written as source and walked here directly.
 * Both must give the same value, or both must fail.
 */
type Tree =
  | { kind: 'value'; value: number | string | boolean | null; source: string }
  | { kind: 'unary'; operator: '!' | '-' | 'typeof'; of: Tree }
  | { kind: 'binary'; operator: string; left: Tree; right: Tree }
  | { kind: 'choice'; test: Tree; yes: Tree; no: Tree }
  | { kind: 'list'; items: Tree[] }
  | { kind: 'text'; items: Tree[] };

const FAIL = Symbol('fail');

const NAMES: Record<string, number | string | boolean | null> = {
  'vars.n': 5,
  'vars.c': 'x',
  'vars.yes': true,
  'vars.nothing': null,
  'vars.empty': '',
  index: 2,
  'steps.read.output.b': 4,
  'vars.list[0]': 3,
  'steps.read.output.items[1].name': 'second',
};

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc
    .integer({ min: -9, max: 9 })
    .map((value): Tree => ({ kind: 'value', value, source: value < 0 ? `(${value})` : `${value}` })),
  fc
    .constantFrom('', 'a', 'b', 'x', '10', '9', 'é"\\')
    .map((value): Tree => ({ kind: 'value', value, source: JSON.stringify(value) })),
  fc.constantFrom(true, false, null).map((value): Tree => ({ kind: 'value', value, source: String(value) })),
  fc.constantFrom(...Object.entries(NAMES)).map(([source, value]): Tree => ({ kind: 'value', value, source })),
);

const OPERATORS = ['+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!=', '===', '!==', '&&', '||', '??'];

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant('unary' as const), operator: fc.constantFrom('!', '-', 'typeof'), of: tie('tree') }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...OPERATORS),
      left: tie('tree'),
      right: tie('tree'),
    }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...OPERATORS),
      left: tie('tree'),
      right: leaf,
    }),
    fc.record({ kind: fc.constant('choice' as const), test: tie('tree'), yes: tie('tree'), no: tie('tree') }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('text' as const), items: fc.array(tie('tree'), { maxLength: 3 }) }),
  ) as fc.Arbitrary<Tree>,
})).tree;

function write(node: Tree): string {
  switch (node.kind) {
    case 'value':
      return node.source;
    case 'unary':
      return `(${node.operator} ${write(node.of)})`;
    case 'binary':
      return `(${write(node.left)} ${node.operator} ${write(node.right)})`;
    case 'choice':
      return `(${write(node.test)} ? ${write(node.yes)} : ${write(node.no)})`;
    case 'list':
      return `[${node.items.map(write).join(', ')}]`;
    case 'text':
      return `\`<${node.items.map((item) => `\${${write(item)}}`).join('|')}>\``;
  }
}

function asText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function walk(node: Tree): unknown {
  switch (node.kind) {
    case 'value':
      return node.value;
    case 'unary':
      return walkUnary(node.operator, walk(node.of));
    case 'binary':
      return walkBinary(node.operator, node.left, node.right);
    case 'choice': {
      const test = walk(node.test);
      return test === FAIL ? FAIL : walk(test ? node.yes : node.no);
    }
    case 'list': {
      const items = node.items.map(walk);
      return items.includes(FAIL) ? FAIL : items;
    }
    case 'text': {
      const items = node.items.map(walk);
      return items.includes(FAIL) ? FAIL : `<${items.map(asText).join('|')}>`;
    }
  }
}

function walkUnary(operator: string, value: unknown): unknown {
  if (value === FAIL) return FAIL;
  if (operator === '!') return !value;
  if (operator === 'typeof') return typeof value;
  return typeof value === 'number' ? -value : FAIL;
}

function walkBinary(operator: string, leftTree: Tree, rightTree: Tree): unknown {
  const left = walk(leftTree);
  if (left === FAIL) return FAIL;
  if (operator === '&&') return left ? walk(rightTree) : left;
  if (operator === '||') return left ? left : walk(rightTree);
  if (operator === '??') return left === null ? walk(rightTree) : left;
  const right = walk(rightTree);
  if (right === FAIL) return FAIL;
  if (operator === '==' || operator === '===') return left === right;
  if (operator === '!=' || operator === '!==') return left !== right;
  const numbers = typeof left === 'number' && typeof right === 'number';
  const texts = typeof left === 'string' && typeof right === 'string';
  if (operator === '+' && !numbers && (typeof left === 'string' || typeof right === 'string'))
    return asText(left) + asText(right);
  if (['<', '<=', '>', '>='].includes(operator)) return numbers || texts ? compare(operator, left, right) : FAIL;
  return numbers ? calculate(operator, left, right) : FAIL;
}

function compare(operator: string, left: string | number, right: string | number): boolean {
  const order = left === right ? 0 : left < right ? -1 : 1;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator] as boolean;
}

function calculate(operator: string, left: number, right: number): unknown {
  const table: Record<string, number> = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    '/': left / right,
    '%': left % right,
  };
  const result = table[operator] as number;
  return Number.isFinite(result) ? result : FAIL;
}

test('random expressions give what an independent evaluator gives', () => {
  const scope = createScope();
  let failed = 0;
  let worked = 0;
  fc.assert(
    fc.property(tree, (node) => {
      const wanted = walk(node);
      if (wanted === FAIL) failed += 1;
      else worked += 1;
      expect(valueOrFail(write(node), scope)).toEqual(wanted);
    }),
    { numRuns: 20_000 },
  );
  // The oracle means little when nearly everything fails.
  expect(worked).toBeGreaterThan(8000);
  expect(failed).toBeGreaterThan(500);
});

function valueOrFail(source: string, scope: ExpressionScope): unknown {
  try {
    return evaluate(source, scope);
  } catch (error) {
    if (error instanceof AppError && error.code === 'EXPRESSION_FAILED') return FAIL;
    throw error;
  }
}
