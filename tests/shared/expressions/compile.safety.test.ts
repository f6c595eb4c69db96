import { describe, expect, test } from 'vitest';
import { AppError, compileExpression, compileTemplate, compileValue } from '../../../shared/index.ts';
import { ATTEMPTS } from './escape-attempts.ts';
import { createScope, options } from './evaluate.ts';

class Subclass extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    leaks.push('species');
    return Array;
  }
}

const leaks: string[] = [];

function hostileScope() {
  const tricky = {
    valueOf: () => leaks.push('valueOf'),
    toString: () => String(leaks.push('toString')),
    toJSON: () => leaks.push('toJSON'),
    [Symbol.toPrimitive]: () => leaks.push('toPrimitive'),
  };
  return createScope({
    vars: {
      n: 5,
      key: 'constructor',
      text: 'abc',
      list: [3, 1, 2],
      f: () => leaks.push('called'),
      o: { f: () => leaks.push('called') },
      evil: JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}') as unknown,
      tricky,
      subclass: Subclass.from([1, 2]),
    },
    item: { f: () => leaks.push('called') },
  });
}

/** Only data: no function, symbol or host object may come out; arrays that went in may come out. */
function isData(value: unknown, depth = 0): boolean {
  if (depth > 20) return false;
  if (value === null || ['undefined', 'string', 'number', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => isData(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isData(item, depth + 1));
}

const before = {
  object: Object.getOwnPropertyNames(Object.prototype).join(),
  array: Object.getOwnPropertyNames(Array.prototype).join(),
  text: Object.getOwnPropertyNames(String.prototype).join(),
  call: Object.getOwnPropertyNames(Function.prototype).join(),
  globals: Object.getOwnPropertyNames(globalThis).join(),
};

/** Outcome of an attempt: the codes of its problems, the code of its failure, or 'data'. */
function outcome(source: string): string {
  const result = compileExpression(source, options);
  if (!result.ok) return result.problems.map((problem) => problem.code).join();
  try {
    const value = result.expression.evaluate(hostileScope());
    // What was put into the scope may come out as it is; whatever is made must be data.
    return isData(value) ? 'data' : `LEAK ${String(typeof value)}`;
  } catch (error) {
    return error instanceof AppError ? error.code : `THROWN ${String(error)}`;
  }
}

const HARMLESS = /^(data|EXPRESSION_FAILED|((EXPRESSION_SYNTAX|NOT_ALLOWED|UNKNOWN_NAME|UNKNOWN_STEP),?)+)$/;

describe(`${ATTEMPTS.length} attempts to get out`, () => {
  test('there are enough of them', () => {
    expect(new Set(ATTEMPTS).size).toBeGreaterThan(250);
  });

  test.each(ATTEMPTS)('%j', (source) => {
    leaks.length = 0;
    const found = outcome(source);
    expect(found).toMatch(HARMLESS);
    expect(compileTemplate(`a \${${source}} b`, options)).toBeDefined();
    expect(compileValue({ a: [`\${${source}}`] }, options)).toBeDefined();
    expect(leaks).toEqual([]);
  });

  test('names of the way to Function are refused wherever they are written', () => {
    const ways = ATTEMPTS.slice(0, ATTEMPTS.indexOf("get(vars, 'constructor')"));
    expect(ways.filter((source) => outcome(source) === 'data')).toEqual([]);
  });
});

test('what lives on a prototype does not exist', () => {
  const inherits = Object.assign(Object.create({ hidden: 1 }) as Record<string, unknown>, { own: 2, key: 'hidden' });
  const scope = createScope({ vars: inherits, item: { inherits } });
  const read = (source: string): unknown => {
    const result = compileExpression(source, options);
    return result.ok ? result.expression.evaluate(scope) : result.problems;
  };
  for (const source of [
    'vars.hidden',
    'vars[vars.key]',
    'item.inherits.hidden',
    'item.inherits[vars.key]',
    "get(item, 'inherits.hidden')",
    '[item.inherits].map(({ hidden }) => hidden)[0]',
    '({ ...item.inherits }).hidden',
    'vars.hasOwnProperty',
    'item.inherits.toString',
  ]) {
    expect([source, read(source)]).toEqual([source, undefined]);
  }
  expect(read("'hidden' in item.inherits || has(item.inherits, 'hidden')")).toBe(false);
  expect(read('item.inherits.own + vars.own')).toBe(4);
});

test('the host is as it was before', () => {
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before.object);
  expect(Object.getOwnPropertyNames(Array.prototype).join()).toBe(before.array);
  expect(Object.getOwnPropertyNames(String.prototype).join()).toBe(before.text);
  expect(Object.getOwnPropertyNames(Function.prototype).join()).toBe(before.call);
  expect(Object.getOwnPropertyNames(globalThis).join()).toBe(before.globals);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
