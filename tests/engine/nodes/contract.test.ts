import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinNodes, createRegistry, describeNode, type NodeDefinition } from '@casare/engine';
import { effectSchema, nodeDescriptorSchema } from '@casare/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { generateCatalog } from '../../../build/catalog.ts';
import { WIDGETS } from '../../../studio/editor/form/form-model.ts';
import { openNodeBench } from './run-one.ts';

const bench = await openNodeBench();
/** Takes connections and never answers. */
const silent = createServer(() => undefined).listen(0, '127.0.0.1');
await once(silent, 'listening');
const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

type JsonSchema = Record<string, unknown>;

const registry = createRegistry(builtinNodes);
const catalogText = readFileSync(new URL('../../../engine/catalog.json', import.meta.url), 'utf8');
const { default: icons } = (await import('lucide-react/dynamicIconImports.mjs')) as {
  default: Record<string, unknown>;
};
const named = builtinNodes.map((node) => [node.type, node] as const);
/** What the studio has an input for; `folder` and `cases` are shown as a text and a list. */
const widgets = [...WIDGETS, 'folder', 'cases'] as const;

function propertiesOf(node: NodeDefinition): [string, JsonSchema][] {
  return Object.entries(describeNode(node).params['properties'] as Record<string, JsonSchema>);
}

/** Expressions get their values only when a run evaluates them. */
function isLiteral(params: Record<string, unknown>): boolean {
  return Object.values(params).every((value) => typeof value !== 'string' || !value.startsWith('${'));
}

function formFaults(name: string, schema: JsonSchema): string[] {
  const faults: string[] = [];
  const widget = schema['x-widget'] as string | undefined;
  if (typeof schema['title'] !== 'string') faults.push(`${name} has no title`);
  if (widget !== undefined && !(widgets as readonly string[]).includes(widget))
    faults.push(`${name}: no widget ${widget}`);
  const isFreeText = schema['type'] === 'string' && !schema['enum'] && !schema['pattern'];
  if (isFreeText && schema['maxLength'] === undefined) faults.push(`${name} has no largest length`);
  if (schema['type'] === 'array' && schema['maxItems'] === undefined)
    faults.push(`${name} has no largest number of items`);
  return faults;
}

function conditionFaults(properties: Record<string, JsonSchema>): string[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    Object.entries((schema['x-show-if'] as Record<string, unknown> | undefined) ?? {}).flatMap(([other, wanted]) => {
      const allowed = properties[other]?.['enum'] as unknown[] | undefined;
      if (!properties[other]) return [`${name} depends on ${other}, which is not there`];
      const impossible = (Array.isArray(wanted) ? wanted : [wanted]).filter(
        (value) => allowed && !allowed.includes(value),
      );
      return impossible.map((value) => `${name} waits for ${other} to be ${String(value)}, which it cannot be`);
    }),
  );
}

describe('the catalog', () => {
  it('has at least 80 node types, no two of the same type or title', () => {
    expect(registry.all.length).toBeGreaterThanOrEqual(80);
    const titles = builtinNodes.map(({ title }) => title);
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
  });

  it('is checked in as the node types give it', async () => {
    expect(catalogText).toBe(await generateCatalog());
  });
});

describe.each(named)('%s', (type, node) => {
  it('says what it is', () => {
    expect(type).toMatch(/^[a-z]+\.[a-z][A-Za-z0-9]*$/);
    expect(node.title.length).toBeGreaterThan(0);
    expect(node.title.length).toBeLessThanOrEqual(40);
    expect(node.description).toMatch(/^\p{Lu}.{10,250}[.]$/u);
    expect(Object.keys(icons)).toContain(node.icon);
    expect(effectSchema.safeParse(node.effect).success).toBe(true);
  });

  it('has a descriptor that survives JSON and fits its schema', () => {
    const descriptor = describeNode(node);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
    expect(nodeDescriptorSchema.safeParse(descriptor).error).toBeUndefined();
  });

  it('gives every parameter a title, a known widget and a bounded size', () => {
    expect(propertiesOf(node).flatMap(([name, schema]) => formFaults(name, schema))).toEqual([]);
  });

  it('shows parameters only by conditions on others that exist and can be met', () => {
    expect(conditionFaults(Object.fromEntries(propertiesOf(node)))).toEqual([]);
  });

  it('has examples that fit, and defaults that fit themselves', () => {
    expect(node.examples.length).toBeGreaterThan(0);
    expect(node.examples.filter(({ title }) => title === '')).toEqual([]);
    const misfits = node.examples.filter(({ params }) => isLiteral(params) && !node.params.safeParse(params).success);
    expect(misfits).toEqual([]);
    const shape = node.params.shape as unknown as Record<string, { safeParse(value: unknown): { success: boolean } }>;
    const wrongDefaults = propertiesOf(node).filter(
      ([name, schema]) => schema['default'] !== undefined && !shape[name]?.safeParse(schema['default']).success,
    );
    expect(wrongDefaults).toEqual([]);
  });

  it('refuses parameters it does not know', () => {
    const params = { ...node.examples[0]?.params, noSuchParameter: 1 };
    const issues = node.params.safeParse(params).error?.issues ?? [];
    expect(issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  it('runs unless it is a container, and names an effect that fits', () => {
    expect(typeof node.run).toBe(node.container === undefined ? 'function' : 'undefined');
    const order = ['pure', 'idempotent', 'keyed', 'ask', 'once'];
    for (const { params } of node.examples) {
      const parsed = node.params.safeParse(params);
      const own = parsed.success && node.effectOf ? node.effectOf(parsed.data) : node.effect;
      expect(order.indexOf(own)).toBeLessThanOrEqual(order.indexOf(node.effect));
    }
  });

  it('can lift parameters of every older version', () => {
    for (let version = 1; version < node.version; version++) {
      const upgrade = node.upgrade?.[version];
      expect(upgrade?.({})).toEqual(expect.any(Object));
    }
    for (const version of Object.keys(node.upgrade ?? {})) expect(Number(version)).toBeLessThan(node.version);
  });
});

describe('a cancelled run', () => {
  const long: [string, Record<string, unknown>][] = [
    ['files.waitFor', { pattern: 'never', timeoutSeconds: 600 }],
    ['code.javascript', { code: 'for (;;);', timeoutMs: 60_000 }],
    ['http.request', { url: silentUrl, timeoutMs: 600_000 }],
    ['http.download', { url: silentUrl, timeoutMs: 600_000 }],
    ['http.graphql', { url: silentUrl, timeoutMs: 600_000, document: '{ a }' }],
    ['http.pages', { url: silentUrl, timeoutMs: 600_000 }],
    ['messaging.slack', { webhookUrl: silentUrl, text: 'a', timeoutMs: 600_000 }],
    ['ai.chat', { provider: 'own', baseUrl: silentUrl, model: 'a', prompt: 'a', timeoutMs: 600_000 }],
    ['control.delay', { ms: 600_000 }],
  ];

  it.each([...long, ['text.regex', { text: 'a', pattern: 'a' }] as const])(
    'does not begin %s any more',
    async (type, params) => {
      const ran = bench.run(type, params, { signal: AbortSignal.abort(new Error('cancelled by a person')) });
      await expect(ran).rejects.toThrow(/cancelled by a person|aborted/);
    },
  );

  it.each(long)('ends %s within 2 s', async (type, params) => {
    const abort = new AbortController();
    const ran = bench.run(type, params, { signal: abort.signal });
    const startedAt = performance.now();
    setTimeout(() => abort.abort(new Error('cancelled by a person')), 100);
    await expect(ran).rejects.toThrow(/cancelled by a person|aborted/);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
