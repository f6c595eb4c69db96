import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importN8n, isN8nDocument } from '@casare/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { fixtures, readFixture, registry, runImported, type Site, startSite } from './run-imported.ts';

const makeTempFolder = prepareTempFolders('import-n8n');
const names = readdirSync(join(fixtures, 'n8n'));
let site: Site;

beforeAll(async () => {
  site = await startSite({
    '/orders': {
      orders: [
        { id: 7, total: 150, customer: { name: 'Ada' } },
        { id: 8, total: 20, customer: { name: 'Bo' } },
        { id: 9, total: 300, customer: { name: 'Cy' } },
      ],
    },
    '/people': [
      { name: 'Ada', email: 'ada@example.com', city: 'Rom', points: 30 },
      { name: 'Bo', email: 'bo@example.com', city: 'Oslo', points: 10 },
      { name: 'Ada', email: 'ada@example.com', city: 'Rom', points: 30 },
    ],
    '/cities': [
      { city: 'Rom', country: 'IT' },
      { city: 'Oslo', country: 'NO' },
    ],
    '/stock': { item: { name: 'pens', left: 3 } },
    '/shop.html': '<html><h1>Lamps</h1><a class="more" href="/next">more</a></html>',
    '/feed.xml': '<shop><name>Light &amp; Co</name></shop>',
    '/articles/pen': { price: 2 },
    '/articles/ink': { price: 10 },
    '/flaky': (count: number) => (count < 3 ? null : { tries: count }),
  });
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => void site.posted.splice(0));

function load(name: string) {
  return importN8n(readFixture(`n8n/${name}.json`, site.url), registry.catalog);
}

describe.each(names)('%s', (file) => {
  const result = importN8n(readFixture(`n8n/${file}`), registry.catalog);

  test('tells of every node what became of it', () => {
    const json = readFixture(`n8n/${file}`);
    const nodes = (Array.isArray(json) ? json : [json]).flatMap((one: { nodes: { name: string }[] }) => one.nodes);
    expect(result.report.nodes.map((node) => node.name).sort()).toEqual(nodes.map((node) => node.name).sort());
    for (const node of result.report.nodes) {
      expect({ name: node.name, isTold: node.outcome === 'converted' || node.notes.length > 0 }).toMatchObject({
        isTold: true,
      });
      for (const step of node.steps)
        expect(result.workflows.flatMap((one) => one.nodes.map((other) => other.id))).toContain(step);
    }
  });

  test('has no error but those of placeholders and of expressions that are told about', () => {
    const told = new Set(
      result.report.nodes
        .filter((node) => node.outcome === 'partial' || node.outcome === 'placeholder')
        .flatMap((node) => node.steps),
    );
    const errors = result.report.problems.filter((problem) => problem.severity === 'error');
    expect(errors.filter((problem) => !told.has(problem.nodeId ?? ''))).toEqual([]);
    expect(errors.every((problem) => ['UNKNOWN_NODE', 'EXPRESSION'].includes(problem.code))).toBe(true);
  });

  test('is laid out without steps on top of each other', () => {
    for (const workflow of result.workflows) {
      const places = workflow.nodes.map(
        ({ position }) => `${Math.round(position.x / 20)} ${Math.round(position.y / 20)}`,
      );
      expect(new Set(places).size).toBe(places.length);
    }
  });
});

test('a list from an API becomes a loop, and expressions read the right step', async () => {
  const result = load('large-orders');
  expect(result.report).toMatchObject({ fidelityPercent: 100, problems: [] });
  expect(await runImported(result, await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([
    { path: '/bookings', body: { reference: '00007', amount: 180, who: 'Customer ADA', order: 7 } },
    { path: '/bookings', body: { reference: '00009', amount: 360, who: 'Customer CY', order: 9 } },
  ]);
});

test.each([
  [{ number: 'A1', amount: 50, country: 'DE' }, '/payments', { invoice: 'A1', amount: 50 }],
  [{ number: 'A2', amount: 5000, country: 'DE' }, '/approvals', { invoice: 'A2', level: 'manager' }],
  [{ number: 'A3', amount: 5, country: 'FR' }, '/approvals', { invoice: 'A3', level: 'manager' }],
])('conditions and a join behind them: %j', async (body, path, sent) => {
  const result = load('invoice-approval');
  expect(result.report.problems).toEqual([]);
  expect(await runImported(result, await makeTempFolder(), { body })).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([
    { path, body: sent },
    { path: '/log', body: { invoice: body.number, answer: `${path.slice(1)}-1` } },
  ]);
});

test('Split In Batches becomes a For each whose results go on', async () => {
  const result = load('batches');
  expect(result.report).toMatchObject({ totals: { converted: 7, dropped: 1 }, problems: [] });
  expect(result.workflows[0]?.notes).toMatchObject([{ text: '## Letters\nOne by one.' }]);
  await runImported(result, await makeTempFolder());
  expect(site.posted.map((one) => one.path)).toEqual(['/letters', '/letters', '/letters', '/reports']);
  expect(site.posted[1]?.body).toEqual({ to: 'bo@example.com', n: 1 });
  expect(site.posted[3]?.body).toEqual({
    count: 3,
    sent: [
      { email: 'ada@example.com', letter: 'letters-1' },
      { email: 'bo@example.com', letter: 'letters-2' },
      { email: 'ada@example.com', letter: 'letters-3' },
    ],
  });
});

test.each([
  [{ topic: 'BILLING', text: 'crash', tags: [] }, 'billing'],
  [{ topic: 'x', text: 'a crash', tags: ['vip'] }, 'support'],
  [{ topic: 'x', text: 'hello', tags: ['vip'] }, 'care'],
  [{ topic: 'x', text: 'hello', tags: [] }, 'desk'],
])('rules of Switch: %j', async (body, team) => {
  await runImported(load('ticket-routing'), await makeTempFolder(), { body });
  expect(site.posted).toEqual([{ path: `/teams/${team}/tickets`, body: { text: body.text } }]);
});

test('scripts find what n8n gives them', async () => {
  const result = load('scripts');
  expect(result.report).toMatchObject({ totals: { converted: 3, partial: 3 }, problems: [] });
  await runImported(result, await makeTempFolder());
  expect(site.posted.map((one) => one.body)).toEqual([
    { label: 'Ada (1) after Ada', share: 30 / 70, first: true },
    { label: 'Bo (2) after Ada', share: 10 / 70 },
    { label: 'Ada (3) after Ada', share: 30 / 70 },
  ]);
});

test('nodes of the first versions', async () => {
  await runImported(load('first-versions'), await makeTempFolder());
  expect(site.posted).toEqual([{ path: '/purchase', body: { name: 'pens', count: 7 } }]);
});

test('two branches are merged by a field, then sorted, limited and collected', async () => {
  const result = load('join-sources');
  expect(result.report.problems).toEqual([]);
  expect(await runImported(result, await makeTempFolder())).toMatchObject({
    status: 'completed',
    output: { result: { address: ['ada@example.com', 'bo@example.com'], countries: ['IT', 'NO'] } },
  });
});

test('HTML and XML', async () => {
  expect(await runImported(load('shop-prices'), await makeTempFolder())).toMatchObject({
    status: 'completed',
    output: { result: { title: 'Lamps', shop: 'Light & Co' } },
  });
});

test('workflows that are imported together call each other', async () => {
  const result = load('sub-workflow');
  expect(result.workflows.map((one) => one.id)).toEqual(['order-intake', 'price-of-a-line']);
  const body = {
    lines: [
      { article: 'pen', count: 3 },
      { article: 'ink', count: 2 },
    ],
  };
  expect(await runImported(result, await makeTempFolder(), { body })).toMatchObject({
    status: 'completed',
    output: { result: [{ sum_price: 26 }] },
  });
});

test('retries, error outputs, what may fail and what is switched off', async () => {
  const result = load('failures');
  const steps = Object.fromEntries((result.workflows[0]?.nodes ?? []).map((node) => [node.id, node]));
  expect(steps.flaky).toMatchObject({
    retry: { attempts: 4, initialMs: 100, factor: 1 },
    notes: 'Answers only at the third try.',
  });
  expect(steps).toMatchObject({
    broken: { onError: 'port' },
    missing: { onError: 'continue' },
    oldStep: { disabled: true },
  });
  expect(await runImported(result, await makeTempFolder())).toMatchObject({
    status: 'completed',
    output: { result: { state: 'told', tries: 3 } },
  });
  expect(site.posted).toEqual([{ path: '/alerts', body: { what: 'broken' } }]);
});

test.each([
  ['By hand', 'short'],
  ['Nightly', 'full'],
])('several triggers: %s', async (trigger, mode) => {
  await runImported(load('two-triggers'), await makeTempFolder(), { trigger });
  expect(site.posted).toEqual([{ path: '/runs', body: { mode } }]);
});

test('dates and hashes', async () => {
  expect(await runImported(load('dates-and-hashes'), await makeTempFolder())).toMatchObject({
    status: 'completed',
    output: { result: { text: 'Due 19.03.2026, 2026-03-06 12:00', sum: 7, hash: 'ba7816bf', missing: 'none' } },
  });
});

test('what is not known stays as a placeholder with its parameters and wires', () => {
  const { workflows, report } = load('many-services');
  const [workflow] = workflows;
  expect(workflow?.nodes.find((node) => node.id === 'airtable')).toMatchObject({
    type: 'n8n.airtable',
    params: { operation: 'create', columns: { value: { Name: '={{ $json.name }}' } } },
  });
  expect(workflow?.edges.filter((edge) => edge.from.node === 'airtable' || edge.to.node === 'airtable')).toHaveLength(
    2,
  );
  expect(report.nodes.find((node) => node.name === 'Odd')).toMatchObject({ outcome: 'partial' });
  expect(workflow?.nodes.find((node) => node.id === 'odd')?.notes).toContain('Regular expressions');
});

test('credentials become secret variables and are named in the report', () => {
  const { workflows, report } = load('sales-report');
  expect(workflows[0]?.variables.map((one) => [one.name, one.secret])).toEqual([
    ['shopDatabaseConnection', true],
    ['officeMailHost', true],
    ['officeMailUser', true],
    ['officeMailPassword', true],
  ]);
  expect(report.nodes.find((node) => node.name === 'Read sales')?.notes.join()).toContain('"Shop database"');
  expect(report.nodes.find((node) => node.name === 'Monday')?.notes.join()).toContain('schedule');
});

test('other documents are not taken for one of n8n', () => {
  for (const other of [null, [], {}, { nodes: [] }, { schemaVersion: 1, nodes: [], connections: {} }])
    expect(isN8nDocument(other)).toBe(false);
});
