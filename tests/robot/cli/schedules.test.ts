import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analytics, Schedule, ScheduleFiring } from '@casare/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, publish, startFleet } from '../../orchestrator/fleet.ts';
import { prepareTempFolders } from '../../support/temp.ts';
import { callCli } from './call-cli.ts';

const makeTempFolder = prepareTempFolders('schedules-cli');
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
  await publish(fleet.admin);
});
afterAll(() => fleet[Symbol.asyncDispose]());

function casare(...args: string[]) {
  return callCli([...args, '--json'], {
    env: { ORCHESTRATOR_URL: fleet.url, ORCHESTRATOR_API_KEY: fleet.keys.adminKey },
  });
}

test('a schedule is made, shown with its next runs, started, paused, explained and deleted by its name', async () => {
  const file = join(await makeTempFolder(), 'days.txt');
  await writeFile(file, '2031-12-24..2031-12-26 Christmas\n');
  expect((await casare('schedules', 'calendars', 'create', 'Days', '--weekdays', 'sat,sun')).code).toBe(0);
  expect((await casare('schedules', 'calendars', 'import', 'Days', file)).json()).toMatchObject({ added: 1 });
  const create = ['schedules', 'create', 'Mornings', 'Invoices', '--zone', 'Europe/Berlin', '--calendar', 'Days'];
  const made = (await casare(...create, '--cron', '0 9 * * *', '--missed', 'all')).json() as Schedule;
  expect(made).toMatchObject({ name: 'Mornings', sentence: 'at 09:00 every day, Europe/Berlin', missed: 'all' });
  const next = (await casare('schedules', 'next', 'Mornings', '--limit', '7')).json() as { slots: { runs: boolean }[] };
  expect(next.slots.filter(({ runs }) => runs)).toHaveLength(7);
  expect(next.slots.filter(({ runs }) => !runs).length).toBeGreaterThanOrEqual(2);
  const ran = (await casare('schedules', 'run', 'Mornings')).json() as { jobId: string };
  const history = (await casare('schedules', 'history', 'Mornings')).json() as { items: ScheduleFiring[] };
  expect(history.items).toMatchObject([{ jobId: ran.jobId, manual: true }]);
  expect((await casare('schedules', 'pause', 'Mornings')).json()).toMatchObject({ state: 'paused' });
  expect((await casare('schedules', 'why', 'Mornings', '2031-01-01T08:00:00Z')).json()).toMatchObject({
    verdict: 'paused',
  });
  expect((await casare('schedules', 'resume', made.id)).json()).toMatchObject({ state: 'active' });
  expect((await casare('schedules', 'list', '--state', 'active')).json()).toMatchObject({ items: [{ id: made.id }] });
  expect((await casare('schedules', 'calendars', 'delete', 'Days')).code).toBe(1);
  expect((await casare('schedules', 'delete', 'Mornings')).code).toBe(0);
  expect((await casare('schedules', 'calendars', 'delete', 'Days')).code).toBe(0);
  expect((await casare('schedules', 'show', 'Mornings')).code).toBe(1);
});

test('wrong words are refused before anything is sent', async () => {
  const create = ['schedules', 'create', 'X', 'Invoices'];
  expect((await casare(...create)).code).toBe(2);
  expect((await casare(...create, '--cron', '* * * * *', '--every', '5m')).code).toBe(2);
  expect((await casare(...create, '--every', 'soon')).code).toBe(2);
  expect((await casare(...create, '--cron', '99 * * * *')).code).toBe(2);
  const made = (await casare(...create, '--every', '90s')).json();
  expect(made).toMatchObject({ timing: { kind: 'interval', everySeconds: 90 } });
});

test('figures and the activity are shown, and figures counted again', async () => {
  const figures = (await casare('analytics', '--days', '7')).json() as Analytics;
  expect(figures).toMatchObject({ grain: 'day', totals: { completed: 0 } });
  expect((await casare('analytics', 'rebuild')).json()).toMatchObject({ jobs: 0 });
  const { items } = (await casare('activity', '--type', 'workflow')).json() as { items: { sentence: string }[] };
  expect(items.map(({ sentence }) => sentence)).toEqual(['Workflow "Invoices" was published.']);
});
