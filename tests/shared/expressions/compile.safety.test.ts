import { afterAll, describe, expect, test } from 'vitest';
import { AppError, compileExpression, compileTemplate, compileValue } from '../../../shared/index.ts';
import { createScope, options } from './evaluate.ts';

/** Each is tried as it stands; all must be refused or give plain data, and none may touch the host. */
const ATTEMPTS = [
  // the way to Function
  'constructor',
  '__proto__',
  'prototype',
  'vars.constructor',
  'vars.__proto__',
  'vars.prototype',
  '(1).constructor',
  "''.constructor",
  '[].constructor',
  '({}).constructor',
  'true.constructor',
  "''.constructor.constructor('return this')()",
  "[].constructor.constructor('return process')()",
  "({}).constructor.constructor('return globalThis')()",
  "(0).constructor.constructor('throw 1')()",
  "vars.list.map.constructor('return 1')()",
  "vars.text.trim.constructor('return 1')()",
  "len.constructor('return 1')()",
  "Math.max.constructor('return 1')()",
  "(x => x).constructor('return 1')()",
  '[1].map((x => x).constructor)',
  "vars['constructor']",
  "vars['__proto__']",
  "vars['const' + 'ructor']",
  "vars['__pro' + 'to__']",
  'vars[`constructor`]',
  "vars[['constructor']]",
  "vars[['__proto__']]",
  "vars[{ toString: () => 'constructor' }]",
  "vars[{ toString: 'constructor' }]",
  "''['constructor']",
  "''['con' + 'structor']",
  "[]['constructor']",
  "[]['con'.concat('structor')]",
  "[]['flat']['constructor']",
  "({})[['constructor']]",
  'vars?.constructor',
  "vars?.['constructor']",
  'vars.constructor?.constructor',
  "vars.list?.['__proto__']",
  "vars['\\u0063onstructor']",
  'vars.\\u0063onstructor',
  "vars['\\x5f_proto__']",
  'vars.\\u005f_proto__',
  "get(vars, 'constructor')",
  "get(vars, '__proto__.polluted')",
  "get(vars, 'list.constructor.constructor')",
  "has(vars, '__proto__')",
  '[vars].map(({ constructor }) => constructor)',
  '[vars].map(({ __proto__: p }) => p)',
  "[vars].map(({ ['constructor']: c }) => c)",
  '[vars].map(({ constructor: { constructor: f } }) => f)',
  '[1].map(constructor => constructor)',
  '[1].map(__proto__ => __proto__)',
  "sortBy([vars], 'constructor')",
  "groupBy([{ a: '__proto__' }], 'a')",
  "countBy(['constructor'], x => x)",
  "keyBy([{ id: '__proto__' }], 'id')",
  "sum([vars], '__proto__')",
  "unique([vars], 'constructor')",
  "min([vars], 'prototype')",
  "pick(vars, '__proto__')",
  "omit(vars, 'constructor')",
  // pollution
  '({ __proto__: { polluted: 1 } })',
  "({ '__proto__': { polluted: 1 } })",
  "({ ['__proto__']: { polluted: 1 } })",
  "({ ['__pro' + 'to__']: { polluted: 1 } })",
  '({ constructor: { prototype: { polluted: 1 } } })',
  '({ prototype: 1 })',
  'JSON.parse(\'{"__proto__": {"polluted": 1}}\')',
  'JSON.parse(\'{"a": [{"__proto__": {"polluted": 1}}]}\')',
  'JSON.parse(\'{"constructor": {"prototype": {"polluted": 1}}}\')',
  '({ ...JSON.parse(\'{"__proto__": {"polluted": 1}}\') })',
  'merge({}, JSON.parse(\'{"__proto__": {"polluted": 1}}\'))',
  "fromEntries([['__proto__', { polluted: 1 }]])",
  "Object.fromEntries([['constructor', 1]])",
  "fromEntries([['__proto__', 1], ['a', 2]])",
  '({ ...vars.evil })',
  'merge({}, vars.evil)',
  'vars.evil.__proto__',
  'omit(vars.evil, "a")',
  'mapValues(vars.evil, x => x)',
  '[vars.evil].map(({ a, ...rest }) => rest)',
  'keys(vars.evil)',
  'Object.prototype.polluted = 1',
  'vars.__proto__.polluted = 1',
  'vars.list.length = 0',
  'vars.n = 6',
  '[].__proto__.polluted = 1',
  'Object.assign({}.__proto__, { polluted: 1 })',
  "Object.defineProperty({}, 'a', {})",
  'Object.setPrototypeOf({}, null)',
  'Object.getPrototypeOf(vars)',
  "Object.getOwnPropertyDescriptor(vars, 'n')",
  'Object.create(null)',
  'Object.freeze(vars)',
  'Object.entries',
  'Object',
  "vars.__defineGetter__('a', x => 1)",
  "vars.__lookupGetter__('a')",
  "vars.__defineSetter__('a', x => 1)",
  "vars['__defineGetter__']",
  // reaching host things
  'globalThis',
  'window',
  'self',
  'global',
  'process',
  'process.env',
  'require("fs")',
  'module',
  'exports',
  'document',
  'Buffer',
  'fetch("/")',
  'eval("1")',
  'Function("return 1")()',
  'new Function("return 1")',
  'setTimeout(x => 1)',
  'Reflect.ownKeys(vars)',
  'Proxy',
  'Symbol.iterator',
  'Symbol("a")',
  'vars[Symbol.iterator]',
  'WeakRef',
  'Promise.resolve(1)',
  'import("fs")',
  'import.meta',
  'arguments',
  '[1].map(() => arguments)',
  'this',
  'this.constructor',
  '[1].map(() => this)',
  'super.a',
  'new.target',
  'await vars.n',
  'async () => 1',
  '[1].map(async x => x)',
  'yield 1',
  'function () {}',
  '(function () { return this })()',
  'class A {}',
  '(class { static x = 1 })',
  'debugger',
  'with (vars) n',
  'var a = 1',
  'let a',
  '{ let a = 1 }',
  'a: 1',
  'if (1) 2',
  'for (;;) {}',
  'while (1) {}',
  'throw 1',
  'return 1',
  'try {} catch {}',
  '1; 2',
  'vars.n++',
  '--vars.n',
  'vars.n += 1',
  'vars.n ||= 1',
  'vars.n ??= 1',
  '[vars.n] = [1]',
  '({ n: vars.n } = { n: 1 })',
  'delete vars.n',
  'void 0',
  'vars instanceof Object',
  '1, 2',
  '`${vars}`.constructor',
  'String.raw`a`',
  'upper`a`',
  '(x => x)`a`',
  '/a/.test("a")',
  '/(a+)+$/.exec("aaaa!")',
  "'a'.match(/a/)",
  "'a'.match('(a+)+$')",
  "'a'.search('a')",
  "'a'.replace('a', x => x)",
  "'a'.replaceAll('a', () => vars)",
  "'a'.split({ [0]: 1 })",
  // functions as values
  'len',
  'Math.max',
  'vars.list.map',
  'vars.text.trim',
  '[len]',
  '({ f: upper })',
  '[x => x]',
  '({ f: x => x })',
  '({ f() { return 1 } })',
  '({ get a() { return 1 } })',
  '({ set a(x) {} })',
  '({ async a() {} })',
  '({ *a() {} })',
  '(x => x)(1)',
  '(() => 1)()',
  'vars.f',
  'vars.f()',
  'vars.f.call(1)',
  'vars.o.f',
  'vars.o.f()',
  'item.f',
  '[vars.o].map(({ f }) => f)',
  'values(vars.o)',
  '({ ...vars.o })',
  'JSON.stringify(vars.o)',
  'vars.list.map(vars.f)',
  '[1].map((x, i, all) => all)',
  'len(x => x)',
  '[1].concat(x => x)',
  '[1].includes(x => x)',
  'String(x => x)',
  '[1].reduce((a, b) => a, x => x)',
  '[1].map(x => y => x)',
  '[1].map(x => (y => y))',
  'vars.list.map(1 ? x => x : y => y)',
  '[...(x => x)]',
  'vars.n ? x => x : 1',
  'vars.f?.()',
  'len.call(1)',
  'len.apply(1, [2])',
  'len.bind(1)',
  "vars.list['map'](x => x)",
  "vars.text['trim']()",
  // conversions that run code
  '({ valueOf: 1 }) + 1',
  "({ toString: 'a' }) + 'b'",
  "({ toJSON: 'a' }) + 'b'",
  "JSON.stringify({ toJSON: 'a' })",
  '[vars.tricky] + ""',
  'vars.tricky + 1',
  "vars.tricky + 'a'",
  'vars.tricky == 1',
  'vars.tricky < 1',
  '-vars.tricky',
  'vars.list[vars.tricky]',
  '`${vars.tricky}`',
  'Number(vars.tricky)',
  'String(vars.tricky)',
  "'a'.repeat(vars.tricky)",
  '[vars.tricky, 1].sort()',
  'range(vars.tricky)',
  '[1].join(vars.tricky)',
  // lists and species
  '[].constructor[Symbol.species]',
  'vars.list.constructor = 1',
  '({ length: 9 }).map(x => x)',
  'Array.from({ length: 9 })',
  'Array(9)',
  'new Array(9)',
  'vars.list.map.call({ length: 1 }, x => x)',
  '[].concat.apply([], [1])',
  'vars.subclass.map(x => x)',
  'vars.subclass.slice()',
  'vars.subclass.concat([1])',
  'vars.subclass.filter(x => true)',
  'vars.subclass.sort()',
  'vars.subclass.reverse()',
  '[...vars.subclass]',
  'vars.subclass.flat()',
  'vars.subclass',
  // steps
  'steps.__proto__.output',
  'steps.constructor.output',
  "steps['__proto__']",
  'steps[vars.key].output',
  'steps.read.output.constructor',
  "steps.read['constructor']",
  'steps.read.output.items.constructor',
  'steps.read.output[`__proto__`]',
  'steps',
  '({ ...steps })',
  // odd texts
  '\u2028',
  '#!shebang',
  '<!-- a',
  '1 --> 2',
  '#x in vars',
  'vars.#x',
  '\0',
  'vars\u200b.n',
  '\\u{0}',
  "'\\u{110000}'",
  '0777',
  '`\\u`',
  '...vars',
  '=> 1',
  '}{',
];

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

const REFUSED = /^(EXPRESSION_FAILED|((EXPRESSION_SYNTAX|NOT_ALLOWED|UNKNOWN_NAME|UNKNOWN_STEP),?)+)$/;

describe(`${ATTEMPTS.length} attempts to get out`, () => {
  test('there are enough of them', () => {
    expect(new Set(ATTEMPTS).size).toBeGreaterThan(250);
  });

  test.each(ATTEMPTS)('%j', (source) => {
    leaks.length = 0;
    const found = outcome(source);
    expect(found === 'data' || REFUSED.test(found), found).toBe(true);
    expect(compileTemplate(`a \${${source}} b`, options)).toBeDefined();
    expect(compileValue({ a: [`\${${source}}`] }, options)).toBeDefined();
    expect(leaks).toEqual([]);
  });

  test('names of the way to Function are refused wherever they are written', () => {
    const ways = ATTEMPTS.slice(0, ATTEMPTS.indexOf("get(vars, 'constructor')"));
    expect(ways.filter((source) => outcome(source) === 'data')).toEqual([]);
  });
});

afterAll(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before.object);
  expect(Object.getOwnPropertyNames(Array.prototype).join()).toBe(before.array);
  expect(Object.getOwnPropertyNames(String.prototype).join()).toBe(before.text);
  expect(Object.getOwnPropertyNames(Function.prototype).join()).toBe(before.call);
  expect(Object.getOwnPropertyNames(globalThis).join()).toBe(before.globals);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
