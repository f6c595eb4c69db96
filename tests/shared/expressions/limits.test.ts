import { describe, expect, test } from 'vitest';
import {
  AppError,
  compileExpression,
  compileTemplate,
  EXPRESSION_LIMITS,
  parseTemplateParts,
} from '../../../shared/index.ts';
import { createScope, evaluate, failureOf, options, problemsOf } from './evaluate.ts';

const BIG = 'x'.repeat(EXPRESSION_LIMITS.textChars);
const MANY = Array.from({ length: EXPRESSION_LIMITS.listItems }, (_, i) => i);

function scope() {
  return createScope({
    vars: { big: BIG, many: MANY, wide: Object.fromEntries(MANY.map((i) => [`k${i}`, i])), c: 'x' },
  });
}

/** Every bomb must end in a failure, and soon: the slowest take some 100 ms on a busy machine. */
const BOMBS: [string, RegExp][] = [
  ['range(1e9)', /items/],
  ['range(90000).map(x => range(90000).length)', /operations/],
  ['range(400).map(x => range(400).map(y => x * y))', /operations/],
  ["'x'.repeat(1e9)", /characters/],
  ["'x'.padStart(2 ** 30)", /characters/],
  ["'x'.padEnd(2 ** 30, 'ab')", /characters/],
  ["vars.big + 'x'", /characters/],
  ['`${vars.big}${vars.c}`', /characters/],
  ["vars.big.concat('y')", /characters/],
  ["[vars.big, vars.c].join('')", /characters/],
  ["vars.big.replaceAll('x', 'yy')", /characters|operations/],
  ["vars.big.replaceAll('', 'yy')", /characters|operations/],
  ["vars.big.split('')", /items/],
  ['[...vars.many, ...vars.many]', /items|operations/],
  ['vars.many.concat(vars.many)', /items/],
  ['vars.many.map(x => x).map(x => x)', /operations/],
  ['vars.many.slice(0, 400).flatMap(x => vars.many)', /items|operations/],
  ['range(30).reduce((a, x) => [a, a], [1])', /big|deep/],
  ['range(1000).reduce((a, x) => [a], [])', /deep/],
  ['range(1000).reduce((a, x) => ({ a }), {})', /deep/],
  ['range(1000).reduce((a, x) => a + a, "ab")', /characters/],
  ['range(50000).map(x => vars.big)', /big/],
  ['range(50000).map(x => vars.big.toUpperCase())', /operations/],
  ['range(50000).map(x => stripAccents(vars.big))', /operations/],
  ['range(50000).map(x => vars.big == vars.big.slice(0))', /operations/],
  ['range(50000).map(x => vars.big < vars.big)', /operations/],
  ['range(50000).map(x => `${vars.many}`)', /operations/],
  ['range(50000).map(x => JSON.stringify(vars.many).length)', /operations/],
  ['range(50000).map(x => len(vars.wide))', /operations/],
  ['range(50000).map(x => keys(vars.wide).length)', /operations/],
  ['range(50000).map(x => ({ ...vars.wide }))', /operations/],
  ['range(50000).map(x => vars.many.includes(-1))', /operations/],
  ['range(50000).map(x => vars.many.slice(1).length)', /operations/],
  ['range(50000).map(x => vars.many.reverse()[0])', /operations/],
  ['range(50000).map(x => unique(vars.many).length)', /operations/],
  ['range(50000).map(x => vars.many.sort()[0])', /operations/],
  ['range(50000).map(x => equals(vars.many, [...vars.many]))', /operations/],
  ["range(50000).map(x => vars.big.includes('y'.repeat(1000) + x))", /operations/],
  ["vars.big.includes('y' + vars.big.slice(600000))", /operations/],
  ["matches(vars.big, '*' + 'x'.repeat(1000) + 'y*')", /operations/],
  ["range(50000).map(x => formatDate('2026-01-01', 'HH', 'Europe/Berlin'))", /operations/],
  ["addWorkdays('2026-01-01', 1000000)", /operations/],
  ["JSON.parse('['.repeat(1000) + ']'.repeat(1000))", /deep/],
];

describe('bombs end in a failure', () => {
  test.each(BOMBS)('%s', (source, message) => {
    const started = performance.now();
    expect(failureOf(source, scope())).toMatch(message);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('what fits the limits works', () => {
  test('a text of the full length and a list of the full count', () => {
    expect(evaluate(`len('x'.repeat(${EXPRESSION_LIMITS.textChars}))`)).toBe(EXPRESSION_LIMITS.textChars);
    expect(evaluate('vars.many.slice(0, 90000).filter(x => x < 5).length', scope())).toBe(5);
    expect(evaluate('vars.big', scope())).toBe(BIG);
  });

  test('every evaluation starts with a full budget', () => {
    const result = compileExpression('range(60000).map(x => x + vars.n).length', options);
    if (!result.ok) throw new Error('does not compile');
    const first = result.expression.evaluate(createScope());
    expect([first, result.expression.evaluate(createScope())]).toEqual([60_000, 60_000]);
  });
});

const NESTED: [string, string][] = [
  ['brackets', `${'('.repeat(65)}1${')'.repeat(65)}`],
  ['lists', `${'['.repeat(66)}${']'.repeat(66)}`],
  ['objects', `${'({a:'.repeat(65)}1${'})'.repeat(65)}`],
  ['signs', `${'!'.repeat(65)}1`],
  ['conditions', `${'vars.a ? 1 : '.repeat(65)}1`],
  ['calls', `${'len('.repeat(65)}1${')'.repeat(65)}`],
  ['methods', `vars.a${'.trim()'.repeat(65)}`],
  ['arrows', `${'[1].map(x => '.repeat(65)}1${')'.repeat(65)}`],
  ['templates', `${'`${'.repeat(65)}1${'}`'.repeat(65)}`],
  ['members', `vars${'.a'.repeat(600)}`],
  ['operators', `1${' + 1'.repeat(600)}`],
  ['conditions in a row', `1${' && 1'.repeat(600)}`],
  ['the parser itself', '('.repeat(60_000)],
  ['the parser, signs', '-'.repeat(60_000)],
  ['the parser, operators', `1${'+1'.repeat(30_000)}`],
  ['length', `'${'x'.repeat(EXPRESSION_LIMITS.sourceChars)}'`],
];

describe('the source has limits', () => {
  test.each(NESTED)('%s', (_name, source) => {
    expect(problemsOf(compileExpression(source, options))).not.toEqual([]);
  });

  test('what is just within them works', () => {
    expect(evaluate(`1${' + 1'.repeat(500)}`)).toBe(501);
    expect(evaluate(`${'('.repeat(60)}1${')'.repeat(60)}`)).toBe(1);
    expect(evaluate(`'${'x'.repeat(60_000)}'.length`)).toBe(60_000);
  });

  test('rows inside rows fail as an expression, never as a stack', () => {
    let source = 'vars.n';
    for (let i = 0; i < 20; i++) source = `(${source}${'+1'.repeat(500)})`;
    // Whether 10,000 terms fit depends on the stack that is left.
    expect([10_005, 'EXPRESSION_FAILED']).toContain(valueOrCode(source));
  });
});

test('broken templates are read in time that grows with their length', () => {
  for (const piece of ['${/[}', "${'", '${`', '${/*}', '${(', '${ {', '${a', '\\${', '${1 +}']) {
    const text = piece.repeat(40_000);
    const started = performance.now();
    compileTemplate(text, options);
    parseTemplateParts(text);
    expect(performance.now() - started).toBeLessThan(2000);
  }
});

function valueOrCode(source: string): unknown {
  try {
    return evaluate(source);
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}
