import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateWorkflow, type Workflow, workflowSchema } from '@casare/shared';
import {
  builtinNodes,
  compile,
  createMemoryJournal,
  createRegistry,
  openLocalQueues,
  type Queues,
  run,
  type RunResult,
} from '@casare/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunResources } from '../../engine/resources/create-resources.ts';
import { type Sites, startSites } from '../../examples/serve-sites.ts';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('examples');
const folder = join(import.meta.dirname, '../../examples');
const names = readdirSync(folder).filter((name) => name.endsWith('.flow.json'));
const registry = createRegistry(builtinNodes);
let sites: Sites;

beforeAll(async () => {
  sites = await startSites();
});
afterAll(() => sites.stop());

function load(name: string): Workflow {
  return workflowSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

async function runExample(
  name: string,
  queues?: Queues,
): Promise<{ result: RunResult; read: (file: string) => Promise<string> }> {
  const document = load(`${name}.flow.json`);
  const output = await makeTempFolder();
  const result = await run(compile(document, registry), {
    runId: `test-${name}-${output.slice(-6)}`,
    input: document.inputs.some((input) => input.name === 'site') ? { site: sites.url } : {},
    journal: createMemoryJournal(),
    resources: createRunResources({ folder: output, ...(queues && { queues }) }),
  });
  return { result, read: (file) => readFile(join(output, file), 'utf8') };
}

describe.each(names)('%s', (name) => {
  const document = load(name);

  test('has no problems', () => {
    expect(validateWorkflow(document, registry.catalog)).toEqual([]);
  });

  test('needs nothing but the address of the sites', () => {
    const open = document.inputs.filter((input) => input.default === undefined).map((input) => input.name);
    expect(open.filter((input) => input !== 'site')).toEqual([]);
  });

  test('is laid out without steps on top of each other, left to right', () => {
    for (const [i, one] of document.nodes.entries()) {
      expect(one.name).not.toBe('');
      for (const other of document.nodes.slice(i + 1)) {
        const apart =
          Math.abs(one.position.x - other.position.x) >= 240 || Math.abs(one.position.y - other.position.y) >= 130;
        expect({ one: one.id, other: other.id, apart }).toMatchObject({ apart: true });
      }
    }
    const x = new Map(document.nodes.map((node) => [node.id, node.position.x]));
    for (const { from, to } of document.edges) expect(x.get(to.node)).toBeGreaterThan(x.get(from.node) ?? 0);
  });
});

test('invoice-dispatcher and invoice-performer share a queue, on this machine as on the fleet', async () => {
  const queues = openLocalQueues(join(await makeTempFolder(), 'queues.sqlite'));
  const outputs = [];
  for (const name of ['invoice-dispatcher', 'invoice-dispatcher', 'invoice-performer', 'invoice-performer'])
    outputs.push((await runExample(name, queues)).result.output);
  queues.close();
  // Six invoices, one of them twice, and a last look that finds nothing.
  expect(outputs).toEqual([{ added: 6, known: 0 }, { added: 0, known: 6 }, { passes: 8 }, { passes: 1 }]);
});

test('shop-catalogue reads all pages of the shop', async () => {
  const { result, read } = await runExample('shop-catalogue');
  expect(result).toMatchObject({ status: 'completed', output: { count: 24, total: 3256.5 } });
  const lines = (await read('catalogue.csv')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(25);
  expect(lines[1]).toContain('Arc Lamp');
});

test('form-entry registers every row once and keeps the numbers', { timeout: 60_000 }, async () => {
  const { result, read } = await runExample('form-entry');
  expect(result).toMatchObject({ status: 'completed' });
  const lines = (await read('confirmations.csv')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(11);
  const numbers = lines.slice(1).map((line) => /HW-\d+-\d+/.exec(line)?.[0]);
  expect(new Set(numbers).size).toBe(10);
  const { registrations } = (await (await fetch(`${sites.url}/form/registrations`)).json()) as {
    registrations: { name: string; people: number }[];
  };
  expect(registrations.map((entry) => entry.name)).toContain('Radia Perlman');
  expect(registrations).toHaveLength(10);
  expect(registrations.reduce((sum, entry) => sum + entry.people, 0)).toBe(23);
});

test('order-loop places every order exactly once with a service that fails', async () => {
  const { result, read } = await runExample('order-loop');
  expect(result.error).toBeUndefined();
  expect(result).toMatchObject({
    status: 'completed',
    output: { table: [{ state: 'placed', number: 'S-1001', total: 258 }, {}, {}, {}, {}, { state: 'sold out' }] },
  });
  expect((await read('orders.csv')).trim().split(/\r?\n/)).toHaveLength(7);
  const { orders } = (await (await fetch(`${sites.url}/orders/ledger`)).json()) as {
    orders: { calls: number; effects: number }[];
  };
  expect(orders.map(({ calls, effects }) => ({ calls, effects }))).toEqual(
    Array.from({ length: 5 }, () => ({ calls: 3, effects: 1 })),
  );
});

test('files-report lists, packs and reports', async () => {
  const { result, read } = await runExample('files-report');
  expect(result).toMatchObject({ status: 'completed' });
  expect(await read('report.txt')).toMatch(/^4 files, \d+ bytes\n\n01-january\.txt: \d+ bytes\n/);
  expect((await read('months.zip')).slice(0, 2)).toBe('PK');
});

test('join-api-csv joins, adds up and sorts', async () => {
  const { result, read } = await runExample('join-api-csv');
  expect(result).toMatchObject({
    status: 'completed',
    output: {
      countries: [
        { country: 'Austria', customers: 3, revenue: 11_651.5 },
        { country: 'France' },
        { country: 'Germany' },
        { country: 'Spain' },
      ],
    },
  });
  expect((await read('countries.csv')).trim().split(/\r?\n/)).toHaveLength(5);
});

test('the tables in data/ are what the workflows bring along', async () => {
  const inline = (name: string, input: string) =>
    load(name).inputs.find((candidate) => candidate.name === input)?.default;
  expect(inline('form-entry.flow.json', 'registrations')).toBe(
    await readFile(join(folder, 'data/registrations.csv'), 'utf8'),
  );
  expect(inline('join-api-csv.flow.json', 'revenue')).toBe(await readFile(join(folder, 'data/customers.csv'), 'utf8'));
});
