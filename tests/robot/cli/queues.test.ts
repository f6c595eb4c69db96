import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv } from '../../../shared/csv.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueueBench, type QueueBench } from '../../orchestrator/queues/queue-bench.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('queues-cli');
let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

function casare(...args: string[]) {
  const { url, keys } = bench.fleet;
  return callCli([...args, '--json'], {
    env: { ORCHESTRATOR_URL: url, ORCHESTRATOR_API_KEY: keys.adminKey },
  });
}

test('makes a queue, fills it, shows what is in it', async () => {
  const made = await casare('queues', 'create', 'invoices', '--unique', '--sla', '60', '--risk', '30');
  expect(made.json()).toMatchObject({ name: 'invoices', uniqueReference: true, slaSeconds: 3600, riskSeconds: 1800 });
  const added = await casare('queues', 'add', 'invoices', '--reference', 'R-1', '--value', 'n=7', '--priority', 'high');
  expect(added.json()).toMatchObject({ reference: 'R-1', priority: 15, risk: 'onTime' });
  const again = await casare('queues', 'add', 'invoices', '--reference', 'R-1');
  expect([again.code, again.json()]).toEqual([
    1,
    expect.objectContaining({ error: expect.objectContaining({ code: 'QUEUE_REFERENCE_TAKEN' }) }),
  ]);
  expect((await casare('queues', 'list')).json()).toMatchObject({ items: [{ name: 'invoices', figures: { new: 1 } }] });
  const [item] = ((await casare('queues', 'items', 'invoices')).json() as { items: { id: string }[] }).items;
  expect((await casare('queues', 'show', item?.id ?? '')).json()).toMatchObject({
    content: { n: 7 },
    history: [{ what: 'added' }],
  });
  expect((await casare('queues', 'items', 'nowhere')).code).toBe(1);
});

test('tries failed items again and reviews them; what is refused is named', async () => {
  const queue = await bench.newQueue({ maxRetries: 0 });
  const [, waiting] = await bench.add(queue, { reference: 'fails' }, { reference: 'waits' });
  const job = await bench.newJob();
  const item = await bench.next(job, queue.name);
  if (item) await bench.report(job, item, { status: 'failed', kind: 'application', reason: 'x', output: null });
  const ids = `${item?.id},${waiting?.id}`;
  const reviewed = await casare('queues', 'review', ids, '--as', 'inReview');
  expect([reviewed.code, reviewed.json()]).toMatchObject([1, { done: 1, refused: [{ id: waiting?.id }] }]);
  expect((await casare('queues', 'retry', item?.id ?? '')).json()).toMatchObject({ done: 1, refused: [] });
});

test('a table goes in and comes out', async () => {
  await bench.newQueue({ name: 'table', uniqueReference: true });
  const [table, file] = [join(await makeTempFolder(), 'in.csv'), join(await makeTempFolder(), 'out.csv')];
  await writeFile(table, 'reference;priority;customer;text\r\nA;20;Ada;"two; ""lines""\nhere"\r\nB;;Bob;=SUM(1)\r\n');
  expect((await casare('queues', 'import-csv', 'table', table)).json()).toEqual({ added: 2, refused: [] });
  await writeFile(table, 'reference,priority\nC,1\nA,2\n');
  const none = await casare('queues', 'import-csv', 'table', table);
  expect([none.code, none.json()]).toMatchObject([1, { error: { code: 'QUEUE_REFERENCE_TAKEN' } }]);
  const each = await casare('queues', 'import-csv', 'table', table, '--each');
  expect([each.code, each.json()]).toMatchObject([1, { added: 1, refused: [{ line: 3 }] }]);
  await writeFile(table, 'reference,priority\nD,21\n');
  expect((await casare('queues', 'import-csv', 'table', table)).json()).toMatchObject({
    error: { code: 'VALIDATION', message: expect.stringContaining('Line 2: priority') },
  });
  await casare('queues', 'export', 'table', '--file', file);
  const [head = [], ...rows] = parseCsv(await readFile(file, 'utf8'));
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
  expect(column('reference')).toEqual(['C', 'B', 'A']);
  expect(column('priority')).toEqual(['1', '10', '20']);
  // What a spreadsheet would run is marked as text.
  expect(column('text')).toEqual(['', "'=SUM(1)", 'two; "lines"\nhere']);
});
