import type { Trigger, TriggerInput } from '@casare/shared';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Fleet, one, register, startFleet } from '../fleet.ts';
import { createTrigger, deliveriesOf, jobsOf, publishWithInputs } from './trigger-bench.ts';

let fleet: Fleet;
let workflowId: string;
let browser: Browser;

beforeAll(async () => {
  fleet = await startFleet();
  workflowId = await publishWithInputs(fleet.admin, 'leave', [
    { name: 'name', type: 'text', required: true, description: 'As it stands in your contract.' },
    { name: 'days', type: 'number' },
    { name: 'paid', type: 'boolean' },
  ]);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await fleet[Symbol.asyncDispose]();
});

const create = async (settings: Extract<TriggerInput, { kind: 'form' }>['settings'] = {}): Promise<Trigger> =>
  (await createTrigger(fleet.admin, { kind: 'form', name: 'Leave', workflowId, settings })).trigger;
const open = async (trigger: Trigger, javaScriptEnabled = false): Promise<Page> => {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(`${fleet.url}${trigger.path}`);
  return page;
};

test('a form of the inputs starts a job without any script, says what is wrong, and shows how the job does', async () => {
  const trigger = await create({
    title: 'Ask for leave',
    description: 'One <b>form</b> for each time.',
    thanks: 'We have it.',
  });
  const page = await open(trigger);
  expect(await page.getByRole('heading').textContent()).toBe('Ask for leave');
  expect(await page.locator('b').count()).toBe(0);
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('One field needs');
  expect(await page.getByLabel('name').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('name').fill('Ada "the" <Lovelace>');
  await page.getByLabel('days').fill('3');
  await page.getByLabel('paid').check();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForURL(/\/sent\//);
  expect(await page.locator('main').textContent()).toContain('We have it.');
  expect(await page.getByRole('status').textContent()).toContain('Waiting for its turn');
  const job = one(await jobsOf(fleet.admin, workflowId));
  expect(job.input).toEqual({ name: 'Ada "the" <Lovelace>', days: 3, paid: true });

  const robot = await register(fleet.robot);
  await robot.report(one(await robot.claim()), 'complete', { output: {} });
  await waitFor(
    async () => {
      await page.reload();
      return (await page.getByRole('status').textContent()) === 'Done.';
    },
    { until: 'it is done' },
  );
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  await page.context().close();
});

test('every kind of field, with nothing that keeps anybody out', async () => {
  const kinds = ['text', 'multiline', 'number', 'date', 'checkbox', 'choice', 'secret'] as const;
  const trigger = await create({
    fields: kinds.map((kind) => ({
      name: kind,
      label: `A ${kind}`,
      kind,
      choices: ['one', 'two'],
      help: 'Some help.',
      required: true,
    })),
  });
  const page = await open(trigger, true);
  await page.getByRole('button').click();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.locator('.fault').count()).toBe(7);
  await page.context().close();
});

test('other pages cannot send it, nor anybody without a ticket; nothing comes from elsewhere', async () => {
  const trigger = await create();
  const first = await fetch(`${fleet.url}${trigger.path}`);
  const html = await first.text();
  expect(first.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(html).not.toMatch(/https?:|<script|style="|\son\w+="/);
  const ticket = /name="ticket" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const go = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${fleet.url}${trigger.path}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const good = { ticket, 'field-name': 'Ada' };
  expect((await go(good, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await go(good, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await go({ ...good, ticket: `${ticket.slice(0, -2)}xx` })).status).toBe(409);
  expect((await go({ 'field-name': 'Ada' })).status).toBe(409);
  const other = await create();
  const foreign =
    /name="ticket" value="([^"]+)"/.exec(await (await fetch(`${fleet.url}${other.path}`)).text())?.[1] ?? '';
  expect((await go({ ...good, ticket: foreign })).status).toBe(409);
  expect((await go(good, { 'content-type': 'application/json' })).status).toBe(415);
  expect(await deliveriesOf(fleet.admin, trigger.id)).toEqual([]);
  // Sent twice, by a second click or after Back: the same job.
  const both = await Promise.all([go({ ...good, 'field-other': 'x' }), go(good)]);
  expect(both.map(({ status }) => status)).toEqual([303, 303]);
  expect(both[0]?.headers.get('location')).toBe(both[1]?.headers.get('location'));
  expect(await deliveriesOf(fleet.admin, trigger.id)).toHaveLength(1);
  await fleet.admin('PUT', `/triggers/${trigger.id}/enabled`, { enabled: false });
  expect((await fetch(`${fleet.url}${trigger.path}`)).status).toBe(503);
  expect((await fetch(`${fleet.url}/forms/${'x'.repeat(32)}`)).status).toBe(404);
});
