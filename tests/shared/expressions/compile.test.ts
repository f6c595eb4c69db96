import { describe, expect, test } from 'vitest';
import { compileExpression } from '../../../shared/index.ts';
import { createScope, evaluate, failureOf, options, problemsOf } from './evaluate.ts';

const RESULTS: [string, unknown][] = [
  ['vars.n', 5],
  ['vars["n"]', 5],
  ['vars[`n`]', 5],
  ['steps.read.output.items[0].name', 'first'],
  ["steps['read'].output['items'][1]['name']", 'second'],
  ["steps['node id'].error.code", 'NODE_FAILED'],
  ['steps.read.output.items[vars.n - 5][vars.key]', 'first'],
  ['steps.read?.output?.items?.[0]?.name', 'first'],
  ['steps.fetch.output?.body.deep[0].more', undefined],
  ['steps.fetch.output?.items.map(x => x.a).length', undefined],
  ['vars.nothing?.trim().length', undefined],
  ['vars.nothing?.[vars.key].x', undefined],
  ['vars.missing', undefined],
  ['vars.text.length + vars.list.length', 14],
  ['vars.text[0] + vars.text["1"]', 'He'],
  ['vars.list["length"]', 3],
  ['vars.list[9]', undefined],
  ['vars.n.anything', undefined],
  ['input.url', 'https://example.test'],
  ['item.tags[index - 1]', 't2'],
  ['error.details.why', 'x'],
  ['run.id + env.HOME', 'run-1/home/robot'],
  ['steps.fetch.output', undefined],
  ['vars.people.filter(item => item.age > 30).map(item => item.name)', ['Ann', 'Cid']],
  ['vars.people.map(p => vars.list.map(n => n * p.age)[0])', [93, 75, 120]],
  ['vars.list.map(vars => vars)', [3, 1, 2]],
  ['keys(vars).includes("n")', true],
  ['vars.object.b.c', 2],
];

describe('references', () => {
  test.each(RESULTS)('%s', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });
});

const FAILURES: [string, string][] = [
  ['steps.fetch.output.body', "steps.fetch.output.body: 'body' of undefined — the step 'fetch' has no output here"],
  ['vars.customer.name', "vars.customer.name: 'name' of undefined — the variable 'customer' has no value here"],
  ['vars.nothing.name', "vars.nothing.name: 'name' of null — the variable 'nothing' has no value here"],
  ['vars.object.x.y.z', "vars.object.x.y: 'y' of undefined — vars.object.x is missing"],
  ['steps.read.output.none.a.b.c.d', "steps.read.output.none.a: 'a' of null — steps.read.output.none is missing"],
  ['input.file.name', "input.file.name: 'name' of undefined — the input 'file' was not given"],
  ['steps.read.error.code', "steps.read.error.code: 'code' of undefined — the step 'read' did not fail"],
  ['(vars.nothing?.a).b', "(vars.nothing?.a).b: 'b' of undefined — (vars.nothing?.a) is missing"],
  ['vars.list[9][vars.key]', "vars.list[9][vars.key]: '[…]' of undefined — vars.list[9] is missing"],
];

describe('reading a property of nothing says what is missing', () => {
  test.each(FAILURES)('%s', (source, message) => {
    expect(failureOf(source)).toBe(message);
  });

  test('item and error say where they exist', () => {
    const scope = createScope({ item: undefined, error: undefined });
    expect(failureOf('item.name', scope)).toContain('it exists inside a loop');
    expect(failureOf('error.code', scope)).toContain('catch part of a try');
  });
});

const PROBLEMS: [string, string, RegExp][] = [
  ['', 'EXPRESSION_SYNTAX', /missing/],
  ['  // only a comment', 'EXPRESSION_SYNTAX', /missing/],
  ['1 +', 'EXPRESSION_SYNTAX', /Unexpected token/],
  ['vars.a vars.b', 'EXPRESSION_SYNTAX', /left over/],
  ["'open", 'EXPRESSION_SYNTAX', /Unterminated/],
  ['customer.name', 'UNKNOWN_NAME', /vars\.customer/],
  ['nope(1)', 'UNKNOWN_NAME', /no function 'nope'/],
  ['steps.zz.output', 'UNKNOWN_STEP', /no step 'zz'/],
  ['steps[vars.c].output', 'NOT_ALLOWED', /written out/],
  ['steps', 'NOT_ALLOWED', /steps\.<step id>/],
  ['steps.read', 'NOT_ALLOWED', /steps\.<step id>/],
  ['steps.read.result', 'NOT_ALLOWED', /output/],
  ['vars.list.push(4)', 'NOT_ALLOWED', /\[\.\.\.list, value\]/],
  ['vars.list.splice(1)', 'NOT_ALLOWED', /slice/],
  ['vars.a = 1', 'NOT_ALLOWED', /Set variable/],
  ['vars.a++', 'NOT_ALLOWED', /cannot change/],
  ['delete vars.a', 'NOT_ALLOWED', /operator 'delete'/],
  ['1, 2', 'NOT_ALLOWED', /comma/],
  ['x => x', 'NOT_ALLOWED', /only as an argument/],
  ['new Date()', 'NOT_ALLOWED', /parseDate/],
  ['/a/', 'NOT_ALLOWED', /matches/],
  ['len', 'NOT_ALLOWED', /call it/],
  ['Math', 'NOT_ALLOWED', /call it/],
  ['Math.random()', 'NOT_ALLOWED', /same result/],
  ['len()', 'NOT_ALLOWED', /Write len\(value\)/],
  ["'a'.trim(1)", 'NOT_ALLOWED', /wrong number/],
  ['vars.list.map(vars.f)', 'NOT_ALLOWED', /arrow function/],
  ['vars.list.map(x => { return x })', 'NOT_ALLOWED', /without \{ \}/],
  ['1 | 2', 'NOT_ALLOWED', /operator '\|'/],
  ['10n', 'NOT_ALLOWED', /without n/],
  ['1e999', 'NOT_ALLOWED', /too big/],
  ['[1, , 2]', 'NOT_ALLOWED', /empty place/],
  ['vars.trim?.()', 'NOT_ALLOWED', /always there/],
];

describe('problems', () => {
  test.each(PROBLEMS)('%s', (source, code, message) => {
    const [problem] = problemsOf(compileExpression(source, options));
    expect(problem?.code).toBe(code);
    expect(problem?.message).toMatch(message);
  });

  test('all of them come at once, with their places', () => {
    const problems = problemsOf(compileExpression('aa + steps.zz.output + vars.l.push(1)', options));
    expect(problems.map(({ code, start, end }) => [code, start, end])).toEqual([
      ['UNKNOWN_NAME', 0, 2],
      ['UNKNOWN_STEP', 5, 13],
      ['NOT_ALLOWED', 30, 34],
    ]);
  });
});

describe('what a compiled expression tells about itself', () => {
  test('references', () => {
    const result = compileExpression(
      'vars.a + input.b + steps.read.output.c + vars["d"] + item + error?.code + credentials["crm-1"].token + assets.limit',
      options,
    );
    expect(result.ok && result.expression.references).toEqual({
      vars: ['a', 'd'],
      steps: ['read'],
      input: ['b'],
      credentials: ['crm-1'],
      assets: ['limit'],
      usesItem: true,
      usesError: true,
    });
  });

  test('the name of a credential or an asset is written out', () => {
    for (const source of [
      'credentials',
      'credentials[input.b].token',
      'values(credentials)',
      'assets[item]',
      'assets[0]',
    ])
      expect(problemsOf(compileExpression(source, options)).map(({ code }) => code)).toEqual(['NOT_ALLOWED']);
  });

  test('a constant is computed once, frozen and the same each time', () => {
    const result = compileExpression("({ list: range(3).map(x => x * 2), text: upper('a') })", options);
    if (!result.ok) throw new Error('does not compile');
    expect(result.expression.isConstant).toBe(true);
    const first = result.expression.evaluate(createScope()) as { list: number[] };
    expect(first).toEqual({ list: [0, 2, 4], text: 'A' });
    expect(result.expression.evaluate(createScope())).toBe(first);
    expect(Object.isFrozen(first) && Object.isFrozen(first.list)).toBe(true);
  });

  test('a failing constant compiles and fails when it is read; now() is no constant', () => {
    expect(failureOf('1 / 0')).toContain('division by zero');
    const result = compileExpression('now()', options);
    expect(result.ok && result.expression.isConstant).toBe(false);
  });

  test('a root on its own is a copy', () => {
    const scope = createScope();
    const copy = evaluate('vars', scope);
    expect(copy).toEqual(scope.vars);
    expect(copy).not.toBe(scope.vars);
  });
});
