import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AppError,
  type CompileResult,
  compileExpression,
  compileTemplate,
  FUNCTIONS,
  parseTemplateParts,
} from '../../../shared/index.ts';
import { createScope, options } from './evaluate.ts';

const TOKENS = [
  ...[
    'vars',
    'steps',
    'read',
    'output',
    'input',
    'item',
    'index',
    'error',
    'run',
    'env',
    'n',
    'c',
    'list',
    'people',
    'text',
    'object',
    'name',
    'b',
  ],
  ...[
    '.',
    '?.',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    ',',
    ':',
    '?',
    '...',
    '=>',
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
    '<',
    '>',
    '<=',
    '==',
    '===',
    '!=',
    '!',
  ],
  ...[
    '&&',
    '||',
    '??',
    'in',
    'typeof ',
    '`',
    '${',
    "'",
    '"',
    '\\',
    '=',
    ';',
    '/*',
    '*/',
    '//',
    '\n',
    ' ',
    '0',
    '1',
    '2',
    '9',
    '1e9',
    '-1',
    '.5',
  ],
  ...[
    "'a'",
    "'__proto__'",
    "'constructor'",
    'constructor',
    '__proto__',
    'prototype',
    'null',
    'undefined',
    'true',
    'x',
    'y',
    'x => x',
    '(x, y) => y',
  ],
  ...[
    'this',
    'new ',
    'function ',
    'await ',
    'async ',
    'class ',
    'import',
    'delete ',
    'void ',
    '/a/',
    '#a',
    '@',
    '\u2028',
    '\ud800',
    '💥',
  ],
  ...[
    'map(x => x)',
    'filter(x => x)',
    'reduce((a, x) => [a, x])',
    'repeat(9999)',
    'join',
    'flatMap',
    'sort()',
    'length',
    'range(9999)',
    'Math.max',
  ],
];

const SEEDS = FUNCTIONS.map(({ example }) => example.slice(0, example.lastIndexOf(' // '))).concat([
  'steps.read.output.items[0].name',
  "vars.n > 3 && vars.c == 'x'",
  'vars.people.filter(({ age }) => age > 30).map(p => ({ ...p, tag: `${p.name}-${p.age}` }))',
  'vars.list.reduce((a, x) => [...a, x * 2], [])',
  "vars.object?.b?.['c'] ?? first(vars.list)",
  "groupBy(vars.people, 'city').Rome.map(p => upper(p.name)).join(', ')",
  'range(300).flatMap(x => range(x)).filter(x => x % 2 == 0).length',
]);

const soup = fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 25 }).map((tokens) => tokens.join(''));

/** A valid expression with some pieces cut out, doubled, swapped in from another, or replaced by a token. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(200), fc.nat(6), fc.nat(3), fc.constantFrom(...TOKENS)), { minLength: 1, maxLength: 2 }),
  )
  .map(([seed, other, changes]) => {
    let source = seed;
    for (const [place, length, kind, token] of changes) {
      const at = place % (source.length + 1);
      const piece = source.slice(at, at + length);
      const put = [token, '', piece + piece, other.slice(0, length * 3)][kind] ?? '';
      source = source.slice(0, at) + put + source.slice(kind === 0 ? at : at + length);
    }
    return source;
  });

/** What compiling and evaluating comes to; everything but an AppError is thrown on. */
function outcome(result: CompileResult): string {
  if (!result.ok) return result.problems.length > 0 ? 'refused' : 'refused without a reason';
  try {
    return typeof result.expression.evaluate(createScope());
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const HARMLESS = /^(refused|EXPRESSION_FAILED|undefined|string|number|boolean|object)$/;

/** Says whether the source was an expression. */
function tryOut(source: string): boolean {
  const started = performance.now();
  const found = outcome(compileExpression(source, options));
  expect(found).toMatch(HARMLESS);
  expect(outcome(compileTemplate(`a \${${source}} b`, options))).toMatch(HARMLESS);
  expect(parseTemplateParts(source).at(-1)?.end ?? 0).toBe(source.length);
  // Four times at most 250 ms: both are compiled, which evaluates constants, and evaluated.
  expect(performance.now() - started).toBeLessThan(1000);
  return found !== 'refused';
}

describe('no source, however broken, does anything but compile, fail or give data', () => {
  test('token soup', () => {
    fc.assert(
      fc.property(soup, (source) => {
        tryOut(source);
      }),
      { numRuns: 10_000 },
    );
  });

  test('mutated expressions', () => {
    let ran = 0;
    fc.assert(
      fc.property(mutated, (source) => {
        if (tryOut(source)) ran += 1;
      }),
      { numRuns: 16_000 },
    );
    // Enough of them must still be expressions, or this tests the parser only.
    expect(ran).toBeGreaterThan(2000);
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (source) => {
        tryOut(source);
      }),
      { numRuns: 2000 },
    );
  });
});

test('a raw text in a template comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (before, after) => {
      fc.pre(!`${before}${after}`.includes('$') && !before.endsWith('\\'));
      const result = compileTemplate(`${before}\${vars.n}${after}!`, options);
      expect(result.ok && result.expression.evaluate(createScope())).toBe(`${before}5${after}!`);
    }),
    { numRuns: 1000 },
  );
});
