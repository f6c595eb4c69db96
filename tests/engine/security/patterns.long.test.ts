import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { builtinNodes, describeNode } from '@casare/engine';
import { AppError } from '@casare/shared';
import { describe, expect, test } from 'vitest';
import { ownSchema } from '../../../engine/nodes/ai/own-schema.ts';
import { openNodeBench } from '../nodes/run-one.ts';

const bench = await openNodeBench();
const a = (count: number, end = '!') => 'a'.repeat(count) + end;

/** Patterns and the texts on which they search longer than anybody lives. */
const explosions: [pattern: string, text: string][] = [
  ['^(a+)+$', a(60)],
  ['^(a|aa)+$', a(60)],
  ['^(a|a?)+$', a(60)],
  ['^(.*a){25}$', a(60)],
  ['^([a-z]+)*$', a(60)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', a(60)],
  ['(x+x+)+y', 'x'.repeat(60)],
  ['^(\\w+\\s?)*$', `${'word '.repeat(30)}!`],
  ['^(?=(a+))\\1*(a+)+b', a(60)],
  ['(?<n>a+)+\\k<n>b', a(60)],
  ['^((a+)?)*b', a(60)],
  ['(a*)*(a*)*(a*)*b', a(200)],
];

async function within(limitMs: number, work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const startedAt = performance.now();
  await work();
  delay.disable();
  expect(performance.now() - startedAt).toBeLessThan(limitMs);
  // Others go on meanwhile: the search was not in this thread.
  expect(delay.max / 1e6).toBeLessThan(1000);
}

/** The same setting has other names in other steps. */
function fitting(type: string, params: Record<string, unknown>): Record<string, unknown> {
  const node = builtinNodes.find((one) => one.type === type) as (typeof builtinNodes)[number];
  const known = Object.keys(describeNode(node).params['properties'] as object);
  return Object.fromEntries(Object.entries(params).filter(([name]) => known.includes(name)));
}

describe('a pattern that searches for ever', () => {
  test('ends in time, whichever it is, and in each step that takes one', { timeout: 60_000 }, async () => {
    const [pattern = '', text = ''] = explosions[0] ?? [];
    const condition = { field: 'a', operator: 'matches', value: pattern };
    const steps: [string, Record<string, unknown>][] = [
      ...explosions.map(([one, on]): [string, Record<string, unknown>] => ['text.regex', { text: on, pattern: one }]),
      ['text.replace', { text, find: pattern, isPattern: true, replacement: 'b' }],
      ['text.split', { text, by: 'pattern', pattern, separator: pattern }],
      ['data.filterRows', { rows: [{ a: text }], conditions: [condition] }],
      ['data.validate', { value: { a: text }, conditions: [condition] }],
    ];
    // Two run at once; each takes its second and what a thread takes to start.
    await within(30_000, async () => {
      const failures = await Promise.all(
        steps.map(async ([type, params]) => await bench.fail(type, fitting(type, params))),
      );
      for (const failure of failures)
        expect(failure).toMatchObject({ code: 'DATA_FORMAT', details: { reason: 'time' } });
    });
  });

  const [pattern, text] = explosions[0] as [string, string];
  test('ends in time in the schema of an answer', async () => {
    const ctx = { sandbox: bench.resources.sandbox, signal: new AbortController().signal } as Parameters<
      typeof ownSchema
    >[0];
    const schema = ownSchema(ctx, {
      type: 'object',
      properties: {
        a: { type: 'string', pattern },
        list: { type: 'array', items: { type: 'string', pattern: '^b$' } },
      },
    });
    expect(await schema.safeParseAsync({ a: 'aaa', list: ['b'] })).toMatchObject({ success: true });
    expect(
      (await schema.safeParseAsync({ a: 'b', list: ['b', 'c'] })).error?.issues.map(({ path }) => path.join('.')),
    ).toEqual(['a', 'list.1']);
    await within(5000, async () => {
      await expect(schema.safeParseAsync({ a: text })).rejects.toMatchObject({
        code: 'DATA_FORMAT',
        details: { reason: 'time' },
      });
    });
  });
});

describe('patterns of ours', () => {
  /** Where a pattern is made of a text: the thread of authors' patterns, and places whose text is ours or escaped. */
  const known = [
    'engine/formats/json-path.ts',
    'engine/formats/xpath.ts',
    'engine/nodes/system/read-processes.ts',
    'engine/packs/check-pack.ts',
    'engine/resources/pattern-worker.ts',
    'engine/testing/compare-values.ts',
  ];

  test('are made of texts in known places only', () => {
    const root = join(import.meta.dirname, '../../..');
    const found = ['engine', 'shared', 'robot'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
        .filter((file) => /\bRegExp\(/.test(readFileSync(join(root, folder, file), 'utf8')))
        .map((file) => relative(root, join(root, folder, file)).replaceAll('\\', '/')),
    );
    expect(found.toSorted()).toEqual(known);
  });

  const hostile = [
    a(100_000),
    `${' '.repeat(100_000)}x`,
    '<'.repeat(50_000),
    '<a '.repeat(30_000),
    '"'.repeat(50_001),
    '('.repeat(50_000),
    '1'.repeat(100_000),
    '1,'.repeat(50_000),
    '-'.repeat(100_000),
    'a@'.repeat(50_000),
    '\n'.repeat(100_000),
    '&'.repeat(50_000),
    '\\'.repeat(50_001),
    'http://'.repeat(10_000),
  ];

  /** Steps that only think, and the texts they are given. */
  const pure = builtinNodes.filter(
    (node) => node.effect === 'pure' && node.run !== undefined && /^(text|data|dates|math)\./.test(node.type),
  );
  const cases = pure.flatMap((node) => {
    const properties = describeNode(node).params['properties'] as Record<string, Record<string, unknown>>;
    return Object.entries(properties)
      .filter(
        ([, schema]) =>
          (schema['type'] === 'string' || schema['type'] === undefined) &&
          schema['enum'] === undefined &&
          schema['x-widget'] !== 'select',
      )
      .map(([param]) => [node.type, param] as const);
  });

  test('do not search for ever in what a person, or a site, wrote', { timeout: 120_000 }, async () => {
    expect(cases.length).toBeGreaterThan(60);
    const slow: string[] = [];
    for (const [type, param] of cases) {
      const example = builtinNodes.find((node) => node.type === type)?.examples[0]?.params ?? {};
      const literal = Object.fromEntries(
        Object.entries(example).filter(([, value]) => typeof value !== 'string' || !value.includes('${')),
      );
      for (const text of hostile) {
        const startedAt = performance.now();
        const outcome = await bench.run(type, { ...literal, [param]: text }).then(
          () => 'ran',
          (error: unknown) =>
            error instanceof AppError || (error as Error).name === 'ZodError'
              ? 'refused'
              : `threw ${String(error).slice(0, 200)}`,
        );
        const took = performance.now() - startedAt;
        if (outcome.startsWith('threw'))
          slow.push(`${type}.${param} of ${JSON.stringify(text.slice(0, 10))} ${outcome}`);
        // A pattern of an author has its own second.
        if (took > 12_000 && !(outcome === 'refused' && /pattern|find|separator/.test(param)))
          slow.push(`${type}.${param} of ${JSON.stringify(text.slice(0, 10))}: ${Math.round(took)} ms`);
      }
    }
    expect(slow).toEqual([]);
  });
});
