import { AppError, compileExpression, compileTemplate } from '@casare/shared';
import fc from 'fast-check';
import { createScope, options } from '../../shared/expressions/evaluate.ts';

const names = [
  'vars',
  'input',
  'item',
  'steps.read.output',
  'env',
  'run',
  'error',
  'constructor',
  '__proto__',
  'prototype',
  'globalThis',
  'this',
  'x',
  'y',
];
const members = [
  'n',
  'list',
  'text',
  'object',
  'name',
  'length',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  '\\u0063onstructor',
  '__defineGetter__',
];
const methods = [
  'map',
  'filter',
  'reduce',
  'flatMap',
  'sort',
  'join',
  'repeat',
  'padEnd',
  'split',
  'replaceAll',
  'concat',
  'slice',
  'flat',
  'call',
  'bind',
  'constructor',
];
const functions = [
  'len',
  'range',
  'upper',
  'get',
  'has',
  'keys',
  'values',
  'merge',
  'fromEntries',
  'groupBy',
  'sortBy',
  'unique',
  'sum',
  'String',
  'Number',
  'JSON.parse',
  'JSON.stringify',
  'Object.assign',
  'Function',
  'eval',
  'Math.max',
];

/** Expressions by the grammar: most compile, and many do a lot. */
export const anyExpression: fc.Arbitrary<string> = fc.letrec<{ e: string; a: string }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...names),
    fc.constantFrom(
      '0',
      '1',
      '2',
      '1e9',
      '-1',
      "'a'",
      "'constructor'",
      "'__proto__'",
      'null',
      'true',
      '[]',
      '({})',
      "'x'.repeat(9999)",
    ),
    fc.tuple(tie('e'), fc.constantFrom(...members)).map(([of, name]) => `${of}.${name}`),
    fc.tuple(tie('e'), tie('e')).map(([of, at]) => `${of}[${at}]`),
    fc.tuple(tie('e'), fc.constantFrom(...methods), tie('a')).map(([of, name, args]) => `${of}.${name}(${args})`),
    fc.tuple(fc.constantFrom(...functions), tie('a')).map(([name, args]) => `${name}(${args})`),
    fc
      .tuple(tie('e'), fc.constantFrom('+', '-', '*', '/', '%', '**', '==', '<', '&&', '||', '??', 'in'), tie('e'))
      .map(([one, sign, two]) => `(${one} ${sign} ${two})`),
    fc.tuple(tie('e'), tie('e'), tie('e')).map(([when, one, two]) => `(${when} ? ${one} : ${two})`),
    fc.array(tie('e'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(fc.constantFrom(...members, "'__proto__'", '[vars.key]'), tie('e')), { maxLength: 3 })
      .map((entries) => `({ ${entries.map(([name, value]) => `${name}: ${value}`).join(', ')} })`),
    tie('e').map((list) => `[...${list}, ...${list}]`),
    tie('e').map((inner) => `\`\${${inner}}\${${inner}}\``),
    tie('e').map((inner) => `(typeof ${inner})`),
    tie('e').map((tag) => `${tag}\`a\``),
  ),
  a: fc.oneof(
    fc.array(tie('e'), { maxLength: 3 }).map((args) => args.join(', ')),
    tie('e').map((body) => `x => ${body}`),
    tie('e').map((body) => `(x, y) => ${body}, 0`),
  ),
})).e;

const scope = createScope();

/** Compiles and evaluates it; whatever is thrown but an error of ours is thrown on. Gives the milliseconds it took. */
export function tryExpression(source: string): number {
  const startedAt = performance.now();
  for (const result of [compileExpression(source, options), compileTemplate(`a \${${source}} b`, options)]) {
    if (!result.ok) continue;
    try {
      const value = result.expression.evaluate(scope);
      if (typeof value === 'function' || typeof value === 'symbol') throw new Error(`${source} gave a ${typeof value}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return performance.now() - startedAt;
}

/** Every own property of what all objects have, with its descriptor: what an expression that got out would change. */
export function hostState(): string {
  const parts = [
    Object,
    Array,
    Function,
    String,
    Number,
    Boolean,
    Promise,
    RegExp,
    Date,
    Map,
    Set,
    JSON,
    Math,
    Reflect,
  ];
  const owners = [...parts, ...parts.flatMap((part) => ('prototype' in part ? [part.prototype as object] : []))];
  const show = (value: unknown) =>
    typeof value === 'function' ? `${value.name} ${Function.prototype.toString.call(value)}` : String(value);
  return JSON.stringify(
    owners.map((owner) =>
      Reflect.ownKeys(owner).map((key) => {
        const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
        return [
          String(key),
          typeof value === 'object' ? typeof value : show(value as unknown),
          show(get),
          show(set),
          flags,
        ];
      }),
    ),
  );
}
