import { appendFile, mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Trigger, TriggerInput } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPattern } from '../../../robot/watches/file-pattern.ts';
import { type Fleet, startFleet } from '../../orchestrator/fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, publishWithInputs } from '../../orchestrator/triggers/trigger-bench.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWatcher, type Watcher } from './watch-bench.ts';

const makeFolder = prepareTempFolders('watch');
let fleet: Fleet;
const watchers: Watcher[] = [];

beforeAll(async () => {
  fleet = await startFleet({ timing: { leaseSeconds: 1, reapSeconds: 0.2 } });
});
afterAll(async () => {
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  await fleet[Symbol.asyncDispose]();
});

async function watcher(name: string, tags?: string[]): Promise<Watcher> {
  const started = await startWatcher(fleet, name, tags);
  watchers.push(started);
  return started;
}

type Files = Extract<TriggerInput, { kind: 'file' }>;
async function create(folder: string, settings: Partial<Files['settings']> = {}, more: Partial<Files> = {}) {
  const workflowId = await publishWithInputs(fleet.admin, `files-${Math.random()}`.replace('.', ''));
  const { trigger } = await createTrigger(fleet.admin, {
    kind: 'file',
    name: 'Inbox',
    workflowId,
    settings: { folder, stableMs: 150, everySeconds: 0.3, ...settings },
    input: { name: '${payload.relativePath}', amount: '${payload.size}' },
    ...more,
  });
  return { trigger, workflowId };
}
const shown = async ({ id }: Pick<Trigger, 'id'>) => (await fleet.admin<Trigger>('GET', `/triggers/${id}`)).body;
const watchedBy = (trigger: Trigger, name: string) =>
  waitFor(async () => (await shown(trigger)).watchedBy?.robotName === name, { until: `${name} watches` });
const names = async (workflowId: string) =>
  (await jobsOf(fleet.admin, workflowId)).map(({ input }) => `${input['name'] as string}`).toSorted();

test('patterns', () => {
  const fits = (pattern: string, path: string) => createPattern(pattern)(path);
  expect(
    ['*.pdf', '*', 'a?.pdf', '**/a1.pdf', 'in/*.pdf', 'in/**'].map((pattern) => fits(pattern, 'in/a1.pdf')),
  ).toEqual([true, true, true, true, true, true]);
  expect(
    ['*.xml', 'a??.pdf', 'in/*/a1.pdf', 'x/**', '/*.pdf', 'in/a1.pd'].map((pattern) => fits(pattern, 'in/a1.pdf')),
  ).toEqual(Array.from({ length: 6 }, () => false));
  expect([
    fits('**/*.pdf', 'a.pdf'),
    fits('in/**/x.pdf', 'in/x.pdf'),
    fits('in/**/x.pdf', 'in/a/b/x.pdf'),
    fits('*.pdf', 'a/b.pdf'),
  ]).toEqual([true, true, true, true]);
  const before = performance.now();
  expect(fits('*a'.repeat(200), `${'a'.repeat(5000)}b`)).toBe(false);
  expect(performance.now() - before).toBeLessThan(2000);
});

test('new files become jobs once they have stopped growing; those that were there and those that do not fit do not', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'old.csv'), 'old');
  const first = await watcher('files-1');
  const { trigger, workflowId } = await create(folder, { pattern: '*.csv', changed: true });
  await watchedBy(trigger, 'files-1');
  await writeFile(join(folder, 'a.csv'), 'one');
  await writeFile(join(folder, 'a.txt'), 'one');
  await writeFile(join(folder, 'slow.csv'), '');
  for (let i = 0; i < 8; i++) {
    await appendFile(join(folder, 'slow.csv'), 'x'.repeat(100));
    // A program that writes slowly.
    await delay(60);
  }
  await waitFor(async () => (await names(workflowId)).length === 2, { until: 'both are told' });
  const jobs = await jobsOf(fleet.admin, workflowId);
  expect(jobs.map(({ input }) => `${input['name'] as string} ${input['amount'] as number}`).toSorted()).toEqual([
    'a.csv 3',
    'slow.csv 800',
  ]);

  // Moved here with its old time; and one that is written anew.
  const aside = await makeFolder();
  await writeFile(join(aside, 'moved.csv'), 'moved');
  await utimes(join(aside, 'moved.csv'), 1000, 1000);
  await rename(join(aside, 'moved.csv'), join(folder, 'moved.csv'));
  await writeFile(join(folder, 'a.csv'), 'another');
  await waitFor(async () => (await names(workflowId)).length === 4, {
    until: 'the moved and the changed one are told',
  });
  expect(await names(workflowId)).toEqual(['a.csv', 'a.csv', 'moved.csv', 'slow.csv']);

  // A robot that starts anew tells the same things again, and no job comes of it.
  await first.stop();
  await watcher('files-2');
  await watchedBy(trigger, 'files-2');
  await writeFile(join(folder, 'last.csv'), 'x');
  await waitFor(async () => (await names(workflowId)).includes('last.csv'), { until: 'the new robot tells' });
  expect(await names(workflowId)).toHaveLength(5);
  expect(await deliveriesOf(fleet.admin, trigger.id)).toHaveLength(5);
  await fleet.admin('DELETE', `/triggers/${trigger.id}`);
});

test('the watch of a lost robot goes to another one, with what came meanwhile; only robots with the tags get it', async () => {
  const folder = await makeFolder();
  await watcher('no-scanner');
  const lost = await watcher('scanner-1', ['scanner']);
  const { trigger, workflowId } = await create(
    folder,
    { recursive: true, pattern: '**/*.pdf' },
    { requiredTags: ['scanner'] },
  );
  await watchedBy(trigger, 'scanner-1');
  lost.lose();
  await mkdir(join(folder, 'deep', 'er'), { recursive: true });
  await writeFile(join(folder, 'deep', 'er', 'a.pdf'), 'x');
  await watcher('scanner-2', ['scanner']);
  await watchedBy(trigger, 'scanner-2');
  await waitFor(async () => (await names(workflowId)).length === 1, { until: 'the file is told' });
  expect(await names(workflowId)).toEqual(['deep/er/a.pdf']);
  // Switched off, nobody watches.
  await fleet.admin('PUT', `/triggers/${trigger.id}/enabled`, { enabled: false });
  await waitFor(async () => (await shown(trigger)).watchedBy === null, { until: 'nobody watches' });
});

test('a folder that is not there is said, and watched once it is', async () => {
  const folder = join(await makeFolder(), 'later');
  const patient = await watcher('patient', ['patient']);
  const { trigger, workflowId } = await create(folder, {}, { robotId: patient.robotId });
  await waitFor(async () => (await shown(trigger)).lastError?.code === 'FILE_NOT_FOUND', { until: 'it is said' });
  await mkdir(folder);
  await writeFile(join(folder, 'a'), 'x');
  await waitFor(async () => (await names(workflowId)).length === 1, { until: 'it is watched' });
  await waitFor(async () => (await shown(trigger)).lastError === null, { until: 'all is well' });
  expect(await names(workflowId)).toEqual(['a']);
});
