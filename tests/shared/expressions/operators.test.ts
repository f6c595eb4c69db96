import { describe, expect, test } from 'vitest';
import { evaluate, failureOf } from './evaluate.ts';

const RESULTS: [string, unknown][] = [
  ['1 + 2 * 3 - 4 / 2', 5],
  ['7 % 3', 1],
  ['2 ** 3 ** 2', 512],
  ['(1 + 2) * 3', 9],
  ['-vars.n + +2', -3],
  ["'a' + 1 + true + null + undefined", 'a1true'],
  ["1 + 2 + 'a'", '3a'],
  ["'x' + [1] + ({ a: 1 })", 'x[1]{"a":1}'],
  ['1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3', true],
  ["'10' < '9' && 'a' < 'b' && 'B' <= 'a' && 'c' > 'b' && 'c' >= 'c'", true],
  ["'1' == 1", false],
  ['0 == false', false],
  ["'' == null", false],
  ['null == undefined', true],
  ['null === undefined', false],
  ['null != undefined', false],
  ['null !== undefined', true],
  ["vars.c == 'x' && vars.c === 'x' && vars.n == 5", true],
  ["vars.c != 'y' && vars.n !== 6", true],
  ['vars.yes == true', true],
  ['[1] == [1]', false],
  ['vars.list == vars.list', true],
  ['!vars.empty && !0 && !null && !!vars.list', true],
  ['vars.nothing ?? vars.missing ?? 7', 7],
  ['0 ?? 7', 0],
  ['0 || 7', 7],
  ["'' && 7", ''],
  ["vars.n > 3 ? 'big' : 'small'", 'big'],
  ["'a' in vars.object", true],
  ["'toString' in vars.object", false],
  ["'__proto__' in vars.object", false],
  ["'n' in vars", true],
  ['typeof vars.missing', 'undefined'],
  ['typeof vars.n + typeof vars.c + typeof vars.yes + typeof vars.list', 'numberstringbooleanobject'],
  ['`${vars.c}-${vars.nothing}-${vars.list}`', 'x--[3,1,2]'],
  ['[1, ...vars.list, ...[]]', [1, 3, 1, 2]],
  ['({ ...vars.object, a: 9, [vars.key]: 1, "x y": 2, 5: 3 })', { a: 9, b: { c: 2 }, name: 1, 'x y': 2, 5: 3 }],
  ['({ ...null, ...undefined })', {}],
  ['[1, 2].map(item => ({ item }))', [{ item: 1 }, { item: 2 }]],
  ['/* a */ 1 // b', 1],
  ['undefined', undefined],
];

describe('operators', () => {
  test.each(RESULTS)('%s', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });
});

const FAILURES: [string, RegExp][] = [
  ["'5' - 3", /'-' needs two numbers, not text and a number/],
  ['1 + null', /'\+' needs/],
  ['1 + true', /'\+' needs/],
  ['[1] + [2]', /does not join lists/],
  ["vars.n > '3'", /compares two numbers or two texts/],
  ['vars.missing > 3', /not undefined and a number/],
  ['null < 1', /compares/],
  ['1 / 0', /division by zero/],
  ['1 % 0', /division by zero/],
  ['10 ** 400', /not a number that can be written down/],
  ["-'5'", /'-' needs a number/],
  ['+vars.list', /'\+' needs a number/],
  ["'a' in vars.list", /list\.includes/],
  ["'a' in 'abc'", /needs an object/],
  ['[...vars.object]', /needs a list/],
  ['({ ...vars.list })', /needs an object/],
];

describe('nothing is converted behind the back', () => {
  test.each(FAILURES)('%s', (source, message) => {
    expect(failureOf(source)).toMatch(message);
  });
});
