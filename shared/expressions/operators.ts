import { type Eval, type Run, chargeText, checkText, checkTextLength, fail } from './limits.ts';
import { isRefusedName, toText, typeName } from './values.ts';

type Operator = (left: unknown, right: unknown, run: Run | undefined) => unknown;

function add(left: unknown, right: unknown, run: Run | undefined): unknown {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right, '+');
  if (typeof left === 'string' || typeof right === 'string') return concat(run, toText(run, left), toText(run, right));
  if (Array.isArray(left) || Array.isArray(right)) {
    return fail("'+' does not join lists. Write [...a, ...b] or a.concat(b).");
  }
  return fail(`'+' needs two numbers or a text, not ${typeName(left)} and ${typeName(right)}.`);
}

function concat(run: Run | undefined, left: string, right: string): string {
  const length = left.length + right.length;
  if (run !== undefined) chargeText(run, length);
  checkTextLength(length);
  return left + right;
}

function finite(result: number, operator: string): number {
  if (Number.isFinite(result)) return result;
  return fail(
    operator === '/' || operator === '%'
      ? `'${operator}': division by zero.`
      : `'${operator}': the result is not a number that can be written down.`,
  );
}

function arithmetic(operator: string, compute: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return finite(compute(left, right), operator);
    return fail(
      `'${operator}' needs two numbers, not ${typeName(left)} and ${typeName(right)}. Number(text) makes a number.`,
    );
  };
}

function comparison(
  operator: string,
  numbers: (left: number, right: number) => boolean,
  texts: (left: string, right: string) => boolean,
): Operator {
  return (left, right, run) => {
    if (typeof left === 'number' && typeof right === 'number') return numbers(left, right);
    if (typeof left === 'string' && typeof right === 'string') {
      if (run !== undefined) chargeText(run, Math.min(left.length, right.length));
      return texts(left, right);
    }
    return fail(
      `'${operator}' compares two numbers or two texts, not ${typeName(left)} and ${typeName(right)}. Number(text) makes a number.`,
    );
  };
}

/** Equal without conversion; lists and objects only when they are the same one (equals() compares content). */
function same(left: unknown, right: unknown, run: Run | undefined): boolean {
  if (run !== undefined && typeof left === 'string' && typeof right === 'string' && left.length === right.length) {
    chargeText(run, left.length);
  }
  return left === right;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function loose(left: unknown, right: unknown, run: Run | undefined): boolean {
  return same(left, right, run) || (isNothing(left) && isNothing(right));
}

function hasName(name: unknown, target: unknown): boolean {
  if (Array.isArray(target)) return fail("'in' looks for a name in an object. For a list write list.includes(value).");
  if (typeof target !== 'object' || target === null) {
    return fail(`'in' needs an object on the right, not ${typeName(target)}.`);
  }
  if (typeof name !== 'string' && typeof name !== 'number') {
    return fail(`'in' needs a text on the left, not ${typeName(name)}.`);
  }
  return !isRefusedName(String(name)) && Object.hasOwn(target, name);
}

export const BINARY_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['+', add],
  ['-', arithmetic('-', (left, right) => left - right)],
  ['*', arithmetic('*', (left, right) => left * right)],
  ['/', arithmetic('/', (left, right) => left / right)],
  ['%', arithmetic('%', (left, right) => left % right)],
  ['**', arithmetic('**', (left, right) => left ** right)],
  [
    '<',
    comparison(
      '<',
      (left, right) => left < right,
      (left, right) => left < right,
    ),
  ],
  [
    '<=',
    comparison(
      '<=',
      (left, right) => left <= right,
      (left, right) => left <= right,
    ),
  ],
  [
    '>',
    comparison(
      '>',
      (left, right) => left > right,
      (left, right) => left > right,
    ),
  ],
  [
    '>=',
    comparison(
      '>=',
      (left, right) => left >= right,
      (left, right) => left >= right,
    ),
  ],
  ['==', loose],
  ['!=', (left, right, run) => !loose(left, right, run)],
  ['===', same],
  ['!==', (left, right, run) => !same(left, right, run)],
  ['in', hasName],
]);

/** The closure of `left operator right`; literal numbers and texts on the right, the usual case, get their own. */
export function joinBinary(operator: string, operate: Operator, left: Eval, right: Eval, literal: unknown): Eval {
  if (typeof literal === 'number') {
    const fast = compareWithNumber(operator, operate, left, literal);
    if (fast !== undefined) return fast;
  }
  const plain =
    (typeof literal === 'string' && literal.length <= 1024) ||
    typeof literal === 'number' ||
    typeof literal === 'boolean';
  if (plain && (operator === '==' || operator === '===')) {
    return (scope, run) => left(scope, run) === literal;
  }
  if (plain && (operator === '!=' || operator === '!==')) {
    return (scope, run) => left(scope, run) !== literal;
  }
  return (scope, run) => operate(left(scope, run), right(scope, run), run);
}

function compareWithNumber(operator: string, operate: Operator, left: Eval, literal: number): Eval | undefined {
  switch (operator) {
    case '<':
      return (scope, run) => {
        const value = left(scope, run);
        return typeof value === 'number' ? value < literal : operate(value, literal, run);
      };
    case '<=':
      return (scope, run) => {
        const value = left(scope, run);
        return typeof value === 'number' ? value <= literal : operate(value, literal, run);
      };
    case '>':
      return (scope, run) => {
        const value = left(scope, run);
        return typeof value === 'number' ? value > literal : operate(value, literal, run);
      };
    case '>=':
      return (scope, run) => {
        const value = left(scope, run);
        return typeof value === 'number' ? value >= literal : operate(value, literal, run);
      };
    default:
      return undefined;
  }
}

export function joinUnary(operator: string, operand: Eval): Eval | undefined {
  switch (operator) {
    case '!':
      return (scope, run) => !operand(scope, run);
    case 'typeof':
      return (scope, run) => typeof operand(scope, run);
    case '-':
      return (scope, run) => -needNumber('-', operand(scope, run));
    case '+':
      return (scope, run) => needNumber('+', operand(scope, run));
    default:
      return undefined;
  }
}

function needNumber(operator: string, value: unknown): number {
  if (typeof value === 'number') return value;
  return fail(`'${operator}' needs a number, not ${typeName(value)}. Number(text) makes a number.`);
}

/** Joins the parts of a template: the cost is charged once, for the whole text. */
export function joinText(parts: readonly (string | Eval)[]): Eval {
  return (scope, run) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : toText(run, part(scope, run));
      checkText(text);
    }
    if (run !== undefined) chargeText(run, text.length);
    return text;
  };
}
