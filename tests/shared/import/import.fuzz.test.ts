import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importN8n, importNodeRed, isN8nDocument, isNodeRedDocument, workflowSchema } from '@casare/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixtures, readFixture, registry } from './run-imported.ts';

const documents = ['n8n', 'node-red'].flatMap((source) =>
  readdirSync(join(fixtures, source)).map((file) => ({
    source,
    text: JSON.stringify(readFixture(`${source}/${file}`)),
  })),
);

/** Values that forms of other products hold, and those that break code that trusts them. */
const strange = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      null,
      true,
      -1,
      0,
      1e308,
      '',
      '=',
      '={{',
      '={{ $json }}',
      '={{ $json.a.b[0](1) }}',
      '={{ $("x").item.json }}',
      '${',
      '${vars.x}',
      '\\${',
      '__proto__',
      'constructor',
      [],
      {},
      [[]],
      [null],
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesOf(value: unknown): Place[] {
  const places: Place[] = [];
  const stack: unknown[] = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const key of Object.keys(next)) {
      places.push({ holder: next as Record<string, unknown>, key });
      stack.push((next as Record<string, unknown>)[key]);
    }
  }
  return places;
}

test('2,000 damaged documents: nothing throws, and what comes out is a document', { timeout: 60_000 }, () => {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('set', 'delete', 'copy', 'swap'),
    value: strange,
    from: fc.nat(),
  });
  fc.assert(
    fc.property(fc.nat(documents.length - 1), fc.array(change, { minLength: 1, maxLength: 6 }), (index, changes) => {
      const { source, text } = documents[index] as (typeof documents)[number];
      let json: unknown = JSON.parse(text);
      for (const { at, kind, value, from } of changes) {
        const places = placesOf(json);
        const place = places[at % Math.max(places.length, 1)];
        const other = places[from % Math.max(places.length, 1)];
        if (!place || !other) continue;
        if (kind === 'delete') delete place.holder[place.key];
        else if (kind === 'set') place.holder[place.key] = value;
        else place.holder[place.key] = JSON.parse(JSON.stringify(other.holder[other.key] ?? null));
      }
      // Deleting from a list leaves a hole, which JSON does not have.
      json = JSON.parse(JSON.stringify(json));
      if (source === 'n8n' ? !isN8nDocument(json) : !isNodeRedDocument(json)) return;
      const { workflows, report } =
        source === 'n8n' ? importN8n(json, registry.catalog) : importNodeRed(json, registry.catalog);
      const faults = workflows.flatMap((workflow) => workflowSchema.safeParse(workflow).error?.issues ?? []);
      const steps = new Set(workflows.flatMap((workflow) => workflow.nodes.map((node) => node.id)));
      const lost = report.nodes.flatMap((node) => node.steps).filter((step) => !steps.has(step));
      if (faults.length + lost.length > 0) throw new Error(JSON.stringify({ faults, lost }));
    }),
    { numRuns: 2000, seed: Number(process.env.FUZZ_SEED ?? 20_260) },
  );
});

test('a document of 2,000 nodes in a row is imported in less than ten seconds', () => {
  const nodes = Array.from({ length: 2000 }, (_one, i) => ({
    id: `${i}`,
    name: `Node ${i}`,
    type: i === 0 ? 'n8n-nodes-base.manualTrigger' : 'n8n-nodes-base.set',
    typeVersion: 3.4,
    position: [i * 10, 0],
    parameters: {},
  }));
  const connections = Object.fromEntries(
    nodes.slice(1).map((node, i) => [`Node ${i}`, { main: [[{ node: node.name, type: 'main', index: 0 }]] }]),
  );
  const begun = performance.now();
  expect(importN8n({ nodes, connections }, registry.catalog).report.totals.converted).toBe(2000);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('rules that build on each other and nesting without end make nothing explode', () => {
  const rules = Array.from({ length: 200 }, (_one, i) => ({
    t: 'set',
    p: 'payload.a.b',
    pt: 'msg',
    to: `payload.a.c${i}`,
    tot: 'msg',
  }));
  const flow = [
    { id: 'tab', type: 'tab', label: 'Deep' },
    { id: 'a', z: 'tab', type: 'inject', wires: [['b']] },
    { id: 'b', z: 'tab', type: 'change', rules, wires: [[]] },
  ];
  const { report, workflows } = importNodeRed(flow, registry.catalog);
  expect(report.nodes.find((node) => node.sourceId === 'b')).toMatchObject({ outcome: 'partial' });
  expect(JSON.stringify(workflows).length).toBeLessThan(200_000);
  const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as unknown;
  const node = (name: string, type: string) => ({
    id: name,
    name,
    type,
    typeVersion: 3.4,
    position: [0, 0],
    parameters: { deep, mode: 'raw', jsonOutput: deep },
  });
  const nested = importN8n(
    { nodes: [node('a', 'n8n-nodes-base.set'), node('b', 'n8n-nodes-base.unheardOf')], connections: {} },
    registry.catalog,
  );
  expect(workflowSchema.safeParse(nested.workflows[0]).success).toBe(true);
});
