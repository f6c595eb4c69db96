import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importNodeRed, isNodeRedDocument } from '@casare/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareTempFolders } from '../../support/temp.ts';
import { fixtures, readFixture, registry, runImported, type Site, startSite } from './run-imported.ts';

const makeTempFolder = prepareTempFolders('import-node-red');
const names = readdirSync(join(fixtures, 'node-red'));
let site: Site;

beforeAll(async () => {
  site = await startSite({
    '/weather': { place: { name: 'Oslo' }, temperature: -3 },
    '/people': [{ name: 'Ada' }, { name: 'Bo' }],
    '/articles/pens': { price: 4 },
  });
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => void site.posted.splice(0));

function load(name: string) {
  return importNodeRed(readFixture(`node-red/${name}.json`, site.url), registry.catalog);
}

describe.each(names)('%s', (file) => {
  const result = importNodeRed(readFixture(`node-red/${file}`), registry.catalog);

  test('tells of every node what became of it', () => {
    const nodes = (readFixture(`node-red/${file}`) as { id: string; type: string; z?: string }[]).filter(
      (node) => node.z !== undefined,
    );
    expect(result.report.nodes.map((node) => node.sourceId).sort()).toEqual(nodes.map((node) => node.id).sort());
    for (const node of result.report.nodes)
      expect({ name: node.name, isTold: node.outcome === 'converted' || node.notes.length > 0 }).toMatchObject({
        isTold: true,
      });
  });

  test('has no error but those of placeholders', () => {
    expect(
      result.report.problems.filter((problem) => problem.severity === 'error' && problem.code !== 'UNKNOWN_NODE'),
    ).toEqual([]);
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

test('the message is followed through change, switch and template', async () => {
  const result = load('weather-alert');
  expect(result.report).toMatchObject({ fidelityPercent: 100, problems: [] });
  expect(await runImported(result, await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([{ path: '/alerts', body: { text: 'Cold in Oslo: -3 (weather)' } }]);
  expect(result.report.nodes[0]?.notes.join()).toContain('cron 00 07 * * *');
});

test('functions with several outputs, context and null', async () => {
  const result = load('functions');
  expect(result.report).toMatchObject({ totals: { converted: 3, partial: 3, dropped: 1 }, problems: [] });
  expect(await runImported(result, await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([{ path: '/even', body: { sum: 10, topic: 'numbers' } }]);
  expect(result.workflows[0]?.notes).toMatchObject([{ text: 'Sums\n\nWhat is counted here.' }]);
});

test('Split and Join become a loop and what stands behind it', async () => {
  const result = load('split-join');
  expect(result.report).toMatchObject({ fidelityPercent: 100, problems: [] });
  await runImported(result, await makeTempFolder());
  expect(site.posted).toEqual([{ path: '/greetings', body: ['Hello Ada', 'Hello Bo'] }]);
});

test.each([
  [5000, 'large'],
  [500, 'middle'],
  [5, 'small'],
])('an order of %i goes to the desk "%s"', async (amount, desk) => {
  await runImported(load('webhook-rules'), await makeTempFolder(), { body: JSON.stringify({ amount }) });
  expect(site.posted).toEqual([{ path: `/desks/${desk}`, body: { amount } }]);
});

test('a subflow becomes a workflow that is called', async () => {
  const result = load('subflow');
  expect(result.workflows.map((one) => one.id)).toEqual(['uses-a-subflow', 'look-up-an-article']);
  expect(await runImported(result, await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([{ path: '/prices', body: 4 }]);
});

test('Catch becomes the error port of what it catches', async () => {
  expect(await runImported(load('catch-errors'), await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([{ path: '/errors', body: 'fetch' }]);
});

test('files, CSV and JSON', async () => {
  const result = load('files-and-formats');
  expect(result.report.totals).toMatchObject({ converted: 9 });
  expect(await runImported(result, await makeTempFolder())).toMatchObject({ status: 'completed' });
  expect(site.posted).toEqual([{ path: '/best', body: 'Bu' }]);
});

test.each([
  ['First', 'one'],
  ['Second', 'two'],
])('several injects and a link: %s', async (trigger, payload) => {
  await runImported(load('two-starts'), await makeTempFolder(), { trigger });
  expect(site.posted).toEqual([{ path: '/starts', body: payload }]);
});

test('what is not known stays as a placeholder with its settings and wires', () => {
  const { workflows, report } = load('house');
  const [workflow] = workflows;
  expect(workflow?.nodes.find((node) => node.id === 'lamp')).toMatchObject({
    type: 'nodeRed.mqttOut',
    params: { topic: 'house/lamp', broker: 'i9' },
  });
  expect(workflow?.edges.some((edge) => edge.from.node === 'light' && edge.to.node === 'lamp')).toBe(true);
  expect(workflow?.frames).toMatchObject([{ title: 'Sensors' }]);
  expect(report.notes.join()).toContain('House broker');
});

test('other documents are not taken for one of Node-RED', () => {
  for (const other of [null, {}, [], [1, 2], [{ id: 'a' }], { nodes: [], connections: {} }])
    expect(isNodeRedDocument(other)).toBe(false);
});
