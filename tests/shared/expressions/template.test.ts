import { describe, expect, test } from 'vitest';
import { compileTemplate, compileValue, parseTemplateParts } from '../../../shared/index.ts';
import { createScope, options, problemsOf, run } from './evaluate.ts';

const TEMPLATES: [string, unknown][] = [
  ['plain', 'plain'],
  ['', ''],
  ['${vars.n}', 5],
  ['${vars.list}', [3, 1, 2]],
  ['${ vars.n }', 5],
  [' ${vars.n}', ' 5'],
  ['n=${vars.n}, l=${vars.list}, o=${vars.object}', 'n=5, l=[3,1,2], o={"a":1,"b":{"c":2}}'],
  ['[${vars.nothing}${vars.missing}]', '[]'],
  ['${{ a: { b: "}" } }}', { a: { b: '}' } }],
  ['a${"}"}b${`}${"{"}`}c', 'a}b}{c'],
  ['${"a" /* } */}!', 'a!'],
  ['${vars.n // }\n}!', '5!'],
  ['${`${`${vars.c}`}`}', 'x'],
  ['\\${vars.n}', '${vars.n}'],
  ['\\\\${vars.n}', '\\5'],
  ['\\\\\\${vars.n}', '\\${vars.n}'],
  ['C:\\data\\file', 'C:\\data\\file'],
  ['$ { $$ ${vars.c}$', '$ { $$ x$'],
  [
    '${vars.people.map(p => { return 1 })}'.replace('{ return 1 }', '({ n: p.name })'),
    [{ n: 'Ann' }, { n: 'Bob' }, { n: 'Cid' }],
  ],
];

describe('templates', () => {
  test.each(TEMPLATES)('%s', (text, result) => {
    expect(run(compileTemplate(text, options))).toEqual(result);
  });

  test('a text without expressions is a constant', () => {
    const result = compileTemplate('a \\${b}', options);
    expect(result.ok && result.expression.isConstant).toBe(true);
  });

  test('every broken expression is reported at its place in the text', () => {
    const problems = problemsOf(compileTemplate('a ${1 +} b ${vars.n} c ${zz} d ${', options));
    expect(problems.map(({ code, start }) => [code, start])).toEqual([
      ['EXPRESSION_SYNTAX', 7],
      ['UNKNOWN_NAME', 25],
      ['EXPRESSION_SYNTAX', 33],
    ]);
  });

  test('a missing brace is said to be missing', () => {
    expect(problemsOf(compileTemplate('x ${vars.n', options))[0]?.message).toContain("'}'");
    expect(problemsOf(compileTemplate('x ${vars.n vars.c}', options))[0]?.message).toContain("'}'");
  });
});

describe('parts for the editor', () => {
  test.each(TEMPLATES.map(([text]) => text).concat(['a ${1 + } b', '${', '${ { ', "${'", 'a ${x']))(
    '%s: parts cover the text without gaps',
    (text) => {
      let end = 0;
      for (const part of parseTemplateParts(text)) {
        expect(part.start).toBe(end);
        expect(part.end).toBeGreaterThan(part.start);
        end = part.end;
      }
      expect(end).toBe(text.length);
    },
  );

  test('an expression part holds what stands between the braces', () => {
    expect(parseTemplateParts('a ${vars.x} b')).toEqual([
      { kind: 'text', text: 'a ', start: 0, end: 2 },
      { kind: 'expression', text: 'vars.x', start: 2, end: 11 },
      { kind: 'text', text: ' b', start: 11, end: 13 },
    ]);
  });
});

describe('values', () => {
  test('texts at any depth are templates, the rest stays', () => {
    const value = { url: '${input.url}/a', n: 1, flags: [true, null, '${vars.yes}'], deep: { list: ['${vars.list}'] } };
    expect(run(compileValue(value, options))).toEqual({
      url: 'https://example.test/a',
      n: 1,
      flags: [true, null, true],
      deep: { list: [[3, 1, 2]] },
    });
  });

  test('a constant value is the same frozen copy each time and leaves the original alone', () => {
    const original = { a: [1, { b: 'c' }] };
    const result = compileValue(original, options);
    const first = run(result) as typeof original;
    expect(first).toEqual(original);
    expect(run(result)).toBe(first);
    expect(Object.isFrozen(first.a[1])).toBe(true);
    expect(Object.isFrozen(original)).toBe(false);
  });

  test('parts with expressions are built fresh', () => {
    const result = compileValue({ a: ['${vars.n}'], b: { c: 1 } }, options);
    const [first, second] = [run(result), run(result)] as [{ a: unknown }, { a: unknown }];
    expect(first).toEqual(second);
    expect(first).not.toBe(second);
    expect(first.a).not.toBe(second.a);
  });

  test('problems say where in the value they stand', () => {
    const problems = problemsOf(compileValue({ a: ['ok', '${1 +}'], b: '${zz}' }, options));
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['EXPRESSION_SYNTAX', ['a', 1]],
      ['UNKNOWN_NAME', ['b']],
    ]);
  });

  test('references of all texts come together', () => {
    const result = compileValue({ a: '${vars.x} ${steps.read.output}', b: ['${input.u}${item}'] }, options);
    expect(result.ok && result.expression.references).toEqual({
      vars: ['x'],
      steps: ['read'],
      input: ['u'],
      credentials: [],
      assets: [],
      usesItem: true,
      usesError: false,
    });
  });

  test('refused names and endless nesting are problems', () => {
    expect(problemsOf(compileValue(JSON.parse('{"a": {"__proto__": "${1}"}}'), options))[0]?.code).toBe('NOT_ALLOWED');
    expect(problemsOf(compileValue(JSON.parse('{"constructor": 1}'), options))[0]?.code).toBe('NOT_ALLOWED');
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(problemsOf(compileValue(circle, options))[0]?.message).toContain('nested');
  });

  test('all texts of a value share one budget', () => {
    const busy = '${range(1000).map(x => range(40).map(y => x)).length}';
    const scope = createScope();
    expect(run(compileValue([busy, '${vars.n}'], options), scope)).toEqual([1000, 5]);
    expect(() => run(compileValue([busy, busy, busy, '${vars.n}'], options), scope)).toThrow(/100000 operations/);
  });
});
