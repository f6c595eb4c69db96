import { analyzeGraph, hasErrors, validateWorkflow, whyNotConnect, type WorkflowProblem } from '@casare/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallCatalog, workflowOf } from '../../support/workflows.ts';

const step = (text = 'x') => ({ type: 'step', params: { text } });
const codes = (problems: readonly WorkflowProblem[]) => problems.map((problem) => problem.code).sort();
const check = (...args: Parameters<typeof workflowOf>) => validateWorkflow(workflowOf(...args), smallCatalog);

describe('a sound workflow', () => {
  test('has no problems', () => {
    expect(
      check({ start: 'start', each: 'loop', inside: step(), after: step() }, [
        'start>each',
        'each.body>inside',
        'each>after',
      ]),
    ).toEqual([]);
  });

  test('may use what a loop body left behind, after the loop', () => {
    expect(
      check({ start: 'start', each: 'loop', inside: step(), after: step('${steps.inside.output}') }, [
        'start>each',
        'each.body>inside',
        'each>after',
      ]),
    ).toEqual([]);
  });
});

describe('every fault has its own code', () => {
  const table: [name: string, expected: string[], ...Parameters<typeof workflowOf>][] = [
    ['no start', ['NO_START', 'UNREACHABLE'], { a: step() }],
    ['two starts', ['MANY_STARTS'], { s1: 'start', s2: 'start' }],
    ['an unknown type', ['UNKNOWN_NODE'], { start: 'start', a: 'nobody.knows' }, ['start>a']],
    ['a node that is newer', ['NODE_NEWER'], { start: 'start', a: { type: 'plain', version: 9 } }, ['start>a']],
    ['an unknown port', ['UNKNOWN_PORT', 'UNREACHABLE'], { start: 'start', a: 'plain' }, ['start.side>a']],
    ['a wire into nothing', ['DANGLING_EDGE'], { start: 'start' }, ['start>gone']],
    ['a wire into a start', ['UNKNOWN_PORT'], { start: 'start', a: 'plain' }, ['start>a', 'a>start']],
    ['the same wire twice', ['DUPLICATE_EDGE'], { start: 'start', a: 'plain' }, ['start>a', 'start>a']],
    ['a cycle', ['CYCLE'], { start: 'start', a: 'plain', b: 'plain' }, ['start>a', 'a>b', 'b>a']],
    ['a wire to itself', ['CYCLE'], { start: 'start', a: 'plain' }, ['start>a', 'a>a']],
    [
      'a wire out of a body',
      ['CROSSES_BODY'],
      { start: 'start', each: 'loop', inside: 'plain', after: 'plain' },
      ['start>each', 'each.body>inside', 'each>after', 'inside>after'],
    ],
    ['an unreachable step', ['UNREACHABLE'], { start: 'start', a: 'plain' }],
    ['an empty body', ['EMPTY_BODY'], { start: 'start', each: 'loop' }, ['start>each']],
    ['break outside a loop', ['OUTSIDE_LOOP'], { start: 'start', b: 'control.break' }, ['start>b']],
    [
      'break across a parallel branch',
      ['OUTSIDE_LOOP'],
      { start: 'start', each: 'loop', par: 'parallel', b: 'control.break' },
      ['start>each', 'each.body>par', 'par.branch1>b'],
    ],
    ['a missing parameter', ['PARAM_MISSING'], { start: 'start', a: { type: 'step', params: {} } }, ['start>a']],
    [
      'a wrong parameter',
      ['PARAM_INVALID'],
      { start: 'start', a: { type: 'step', params: { text: 'x', count: 1.5 } } },
      ['start>a'],
    ],
    [
      'an unknown parameter',
      ['PARAM_UNKNOWN'],
      { start: 'start', a: { type: 'step', params: { text: 'x', colour: 'red' } } },
      ['start>a'],
    ],
    ['a broken expression', ['EXPRESSION'], { start: 'start', a: step('${1 +}') }, ['start>a']],
    ['an unknown step', ['UNKNOWN_STEP'], { start: 'start', a: step('${steps.nobody.output}') }, ['start>a']],
    ['an undeclared variable', ['UNKNOWN_NAME'], { start: 'start', a: step('${vars.total}') }, ['start>a']],
    ['an undeclared input', ['UNKNOWN_NAME'], { start: 'start', a: step('${input.file}') }, ['start>a']],
    [
      'a step that runs later',
      ['STEP_NOT_BEFORE'],
      { start: 'start', a: step('${steps.b.output}'), b: step() },
      ['start>a', 'a>b'],
    ],
    ['an effect nobody decided', ['IN_DOUBT_UNDECIDED'], { start: 'start', a: 'asks' }, ['start>a']],
    ['pinned data', ['PINNED_OUTPUT'], { start: 'start', a: { type: 'plain', pinnedOutput: 1 } }, ['start>a']],
    [
      'a variable declared twice',
      ['DUPLICATE_NAME'],
      { start: 'start' },
      [],
      {
        variables: [
          { name: 'a', type: 'any' },
          { name: 'a', type: 'any' },
        ],
      },
    ],
    ['a bad output', ['EXPRESSION'], { start: 'start' }, [], { outputs: [{ name: 'o', value: '${(}' }] }],
  ];
  test.each(table)('%s', (_name, expected, ...workflow) => {
    expect(codes(check(...workflow))).toEqual(expected);
  });

  test('an older node is only a warning, with the upgrade as its fix', () => {
    const catalog = new Map(
      [...smallCatalog].map(([type, node]) => [type, type === 'plain' ? { ...node, version: 2 } : node]),
    );
    const problems = validateWorkflow(workflowOf({ start: 'start', a: 'plain' }, ['start>a']), catalog);
    expect(problems).toMatchObject([
      { code: 'NODE_OUTDATED', severity: 'warning', fix: { kind: 'upgradeNode', nodeId: 'a' } },
    ]);
    expect(hasErrors(problems)).toBe(false);
  });

  test('an expression stands in for a parameter of any type', () => {
    expect(
      check({ start: 'start', a: { type: 'step', params: { text: 'x', count: '${1 + 1}' } } }, ['start>a']),
    ).toEqual([]);
  });
});

test('all problems come at once, with the place of each', () => {
  const problems = check({ start: 'start', a: { type: 'step', params: { count: 'many' } }, b: 'nobody.knows' }, [
    'start>a',
    'a>b',
    'b>gone',
  ]);
  expect(codes(problems)).toEqual(['DANGLING_EDGE', 'PARAM_INVALID', 'PARAM_MISSING', 'UNKNOWN_NODE']);
  expect(problems.find((problem) => problem.code === 'PARAM_INVALID')?.path).toBe('nodes[1].params.count');
});

test('a malformed document is read as far as it goes, with the original places', () => {
  const good = workflowOf({ start: 'start', a: { type: 'step', params: {} } }, ['start>a']);
  const broken = { ...good, name: 7, nodes: [{ id: 'no spaces allowed', type: 'plain' }, ...good.nodes] };
  const problems = validateWorkflow(broken, smallCatalog);
  expect(codes(problems)).toEqual(['PARAM_MISSING', 'SCHEMA', 'SCHEMA']);
  expect(problems.find((problem) => problem.code === 'PARAM_MISSING')?.path).toBe('nodes[2].params.text');
});

test('anything at all is answered with problems, never with an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(validateWorkflow(value, smallCatalog).length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('random wiring never throws, and whatever has no errors has an order that respects its wires', () => {
  const types = [...smallCatalog.keys()];
  const wiring = fc.record({
    types: fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 12 }),
    wires: fc.array(fc.tuple(fc.nat(14), fc.constantFrom('out', 'body', 'true', 'error', 'branch1'), fc.nat(14)), {
      maxLength: 20,
    }),
  });
  fc.assert(
    fc.property(wiring, ({ types: chosen, wires }) => {
      const workflow = workflowOf(
        Object.fromEntries(chosen.map((type, i) => [`n${i}`, type])),
        wires.map(([from, port, to]) => `n${from}.${port}>n${to}`),
      );
      const problems = validateWorkflow(workflow, smallCatalog);
      const graph = analyzeGraph(workflow, smallCatalog);
      expect(new Set(graph.order).size).toBe(graph.order.length);
      if (problems.some((problem) => problem.severity === 'error')) return;
      for (const scope of graph.scopes) {
        const members = graph.order.slice(scope.start, scope.end);
        expect(members).toEqual(expect.arrayContaining(scope.entries));
      }
    }),
    { numRuns: 500 },
  );
});

describe('whyNotConnect', () => {
  const base = workflowOf({ start: 'start', each: 'loop', inside: 'plain', after: 'plain' }, [
    'start>each',
    'each.body>inside',
    'each>after',
  ]);
  const reason = (from: string, to: string, port = 'out') =>
    whyNotConnect(base, smallCatalog, { from: { node: from, port }, to: { node: to, port: 'in' } });

  test('allows a sensible wire', () => {
    expect(reason('after', 'inside', 'nothing')).toMatch(/no outgoing port/);
    expect(
      whyNotConnect({ ...base, edges: base.edges.slice(0, 2) }, smallCatalog, {
        from: { node: 'each', port: 'out' },
        to: { node: 'after', port: 'in' },
      }),
    ).toBeUndefined();
  });

  test.each([
    ['after', 'after', /itself/],
    ['after', 'each', /cycle/],
    ['inside', 'after', /body/],
    ['after', 'start', /takes no wire/],
    ['each', 'after', /twice/],
  ])('refuses %s → %s', (from, to, expected) => {
    expect(reason(from, to)).toMatch(expected);
  });
});
