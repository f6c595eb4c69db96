import { builtinNodes, createRegistry, describeNode } from '@casare/engine';
import {
  analyzeGraph,
  indexCatalog,
  type NodeDescriptor,
  parseWorkflow,
  readWorkflow,
  validateWorkflow,
  type Workflow,
} from '@casare/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallCatalog } from '../../support/workflows.ts';
import { anyDocument, checkDocument, oracle } from './documents.ts';

const catalog = indexCatalog({ nodes: createRegistry(builtinNodes).all.map((node) => describeNode(node as never)) });

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'read';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}

describe('a document, however broken,', () => {
  test('is refused, has problems or is sound, and nothing else', () => {
    const seen = { refused: 0, problems: 0, sound: 0 };
    fc.assert(
      fc.property(anyDocument(smallCatalog), (document) => {
        seen[checkDocument(document, smallCatalog)]++;
      }),
      { numRuns: 10_000 },
    );
    // A generator that makes nothing but rubbish would look at the schema only.
    expect(seen.problems).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(500);
  });

  test('of the real node types, too', () => {
    fc.assert(
      fc.property(anyDocument(catalog), (document) => {
        checkDocument(document, catalog);
      }),
      { numRuns: 1500 },
    );
  });

  test('may be of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json()), (text) => {
        expect(codeOf(() => parseWorkflow(text))).toMatch(/^(read|WORKFLOW_INVALID)$/);
      }),
      { numRuns: 2000 },
    );
  });

  const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
  test.each([
    [
      'params',
      (deep: string) =>
        `{"schemaVersion":1,"id":"a","name":"A","edges":[],"nodes":[{"id":"n","type":"plain","params":{"a":${deep}}}]}`,
    ],
    [
      'a default',
      (deep: string) =>
        `{"schemaVersion":1,"id":"a","name":"A","edges":[],"nodes":[],"variables":[{"name":"v","default":${deep}}]}`,
    ],
    ['itself', (deep: string) => deep],
  ])('may be nested 200,000 levels deep in %s', (_name, document) => {
    for (const deep of [nested('[', ']', 200_000), nested('{"a":', '}', 200_000)])
      expect(() => parseWorkflow(document(deep))).toThrow(expect.objectContaining({ code: 'WORKFLOW_INVALID' }));
    expect(
      validateWorkflow(JSON.parse(document(nested('[', ']', 200_000))), smallCatalog).map(({ code }) => code),
    ).not.toEqual([]);
  });
});

describe('what a document says about its packs', () => {
  const document = (params: Record<string, unknown>, value: unknown): Workflow => {
    const [plain] = [...smallCatalog.values()].filter(({ type }) => type === 'plain') as [NodeDescriptor];
    return readWorkflow({
      schemaVersion: 1,
      id: 'a',
      name: 'A',
      nodes: [{ id: 'n', type: 'evil.node', params: { a: value } }],
      edges: [],
      packs: [{ name: 'evil', version: '1.0.0', nodes: [{ ...plain, type: 'evil.node', params }] }],
    });
  };

  const property = (schema: unknown, more: object = {}) => ({ type: 'object', properties: { a: schema }, ...more });
  const shared = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `d${i}`,
      { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
    ]),
  );
  let deep: unknown = { type: 'string' };
  for (let i = 0; i < 100; i++) deep = { not: deep };
  test.each([
    ['a pattern that searches for ever', property({ type: 'string', pattern: '^(a+)+$' }), `${'a'.repeat(60)}!`],
    [
      'names by such a pattern',
      property({ type: 'object', patternProperties: { '^(a+)+$': {} } }),
      { [`${'a'.repeat(60)}!`]: 1 },
    ],
    [
      'parts used again and again',
      property({ $ref: '#/$defs/d0' }, { $defs: { ...shared, d40: { type: 'number' } } }),
      'x',
    ],
    ['itself', property({ $ref: '#' }), { a: { a: 1 } }],
    ['a faulty pattern', property({ type: 'string', pattern: '(' }), 'x'],
    ['no type that is known', property({ type: 'nonsense' }), 'x'],
    ['nothing of a schema', { type: 7, properties: 3, required: { a: 1 } }, 'x'],
    ['levels without end', property(deep), 'x'],
  ])('may be %s', (_name, params, value) => {
    const startedAt = performance.now();
    checkDocument(document(params as Record<string, unknown>, value), smallCatalog);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('the graph', () => {
  test('is as the oracle sees it: what can be reached, and whether there is a cycle', () => {
    const ids = ['start', 'a', 'b', 'c', 'd', 'e'];
    const wire = fc.tuple(fc.constantFrom(...ids, 'nobody'), fc.constantFrom(...ids.slice(1), 'nobody', '__proto__'));
    let cycles = 0;
    fc.assert(
      fc.property(fc.subarray(ids, { minLength: 1 }), fc.array(wire, { maxLength: 10 }), (some, wires) => {
        const nodes = [...new Set(['start', ...some])].map((id) => ({ id, type: id === 'start' ? 'start' : 'plain' }));
        const known = wires.filter(([from]) => nodes.some(({ id }) => id === from));
        const workflow = readWorkflow({
          schemaVersion: 1,
          id: 'a',
          name: 'A',
          nodes,
          edges: known.map(([from, to], i) => ({
            id: `e${i}`,
            from: { node: from, port: 'out' },
            to: { node: to, port: 'in' },
          })),
        });
        const graph = analyzeGraph(workflow, smallCatalog);
        const expected = oracle(nodes, known);
        const reached = new Set(workflow.nodes.filter((_node, i) => graph.scopeOf[i] !== -1).map(({ id }) => id));
        expect(reached).toEqual(expected.reachable);
        expect(graph.problems.some(({ code }) => code === 'CYCLE')).toBe(expected.hasCycle);
        if (expected.hasCycle) cycles++;
        const dangling = known.filter(([, to]) => !nodes.some(({ id }) => id === to)).length;
        expect(graph.problems.filter(({ code }) => code === 'DANGLING_EDGE')).toHaveLength(dangling);
      }),
      { numRuns: 2000 },
    );
    expect(cycles).toBeGreaterThan(100);
  });

  test('of ids that stand twice, or are called like what every object has, has problems and no more', () => {
    const base = { schemaVersion: 1, id: 'a', name: 'A', edges: [] };
    const codes = (nodes: unknown[]) =>
      validateWorkflow(readWorkflow({ ...base, nodes }), smallCatalog).map(({ code }) => code);
    expect(
      codes([
        { id: 'start', type: 'start' },
        { id: 'a', type: 'plain' },
        { id: 'a', type: 'plain' },
      ]),
    ).toContain('DUPLICATE_ID');
    for (const id of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'])
      expect(
        codes([
          { id: 'start', type: 'start' },
          { id, type: 'plain' },
        ]),
      ).toEqual(['UNREACHABLE']);
    for (const type of ['__proto__', 'constructor', 'toString'])
      expect(
        codes([
          { id: 'start', type: 'start' },
          { id: 'x', type },
        ]),
      ).toContain('UNKNOWN_NODE');
  });

  test.each([
    ['one row', (i: number) => i - 1],
    ['a fan', () => 0],
    ['a tree', (i: number) => Math.floor((i - 1) / 2)],
    ['one body inside the other', (i: number) => i - 1],
  ])('of 10,000 steps in %s is looked at soon', (name, parent) => {
    const type = name.includes('body') ? 'loop' : 'plain';
    const nodes = Array.from({ length: 10_000 }, (_, i) => ({
      id: i === 0 ? 'start' : `n${i}`,
      type: i === 0 ? 'start' : type,
    }));
    const edges = nodes.slice(1).map((_node, at) => {
      const from = parent(at + 1);
      return {
        id: `e${at}`,
        from: { node: nodes[from]?.id, port: from === 0 || type === 'plain' ? 'out' : 'body' },
        to: { node: `n${at + 1}`, port: 'in' },
      };
    });
    const startedAt = performance.now();
    const problems = validateWorkflow(
      readWorkflow({ schemaVersion: 1, id: 'a', name: 'A', nodes, edges }),
      smallCatalog,
    );
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
