import { randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import {
  createTriggerReplySchema,
  credentialSchema,
  publishReplySchema,
  queueSchema,
  scheduleSchema,
} from '@casare/shared';
import type { Page } from '@playwright/test';
import { workflowOf } from '../support/workflows.ts';
import { expect, openExample, type Product, test } from './fixtures.ts';

async function expectNoFindings(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join('\n    ')}`);
  expect.soft(grave, screen).toEqual([]);
}

for (const theme of ['dark', 'light'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme });

    test('the editor has no grave findings', async ({ studio, product }) => {
      await expect(studio.locator('html')).toHaveAttribute('data-theme', theme);
      await expect(studio.getByRole('button', { name: 'New workflow' })).toBeVisible();
      await expectNoFindings(studio, 'start page');

      await studio.keyboard.press('Control+o');
      await expect(studio.getByRole('dialog').getByText('Order loop')).toBeVisible();
      await expectNoFindings(studio, 'open dialog');
      await studio.keyboard.press('Escape');

      await openExample(studio, 'Order loop');
      await expect(studio.getByTestId('node-start')).toBeVisible();
      await expectNoFindings(studio, 'canvas with an example');

      await studio.keyboard.press('F5');
      const inputs = studio.getByRole('dialog', { name: 'Inputs of the run' });
      await inputs.getByRole('textbox', { name: 'site' }).fill(product.sites.url);
      await expectNoFindings(studio, 'inputs of a run');
      await inputs.getByRole('button', { name: 'Run' }).click();
      await expect(studio.getByTestId('run-state')).toHaveAttribute('data-status', 'completed');
      await studio.getByRole('tab', { name: 'Outline' }).click();
      await studio.getByTestId('outline-order').click();
      await studio.getByRole('tab', { name: 'Data' }).click();
      await expect(studio.getByRole('region', { name: 'Output' })).toContainText('orderId');
      await expectNoFindings(studio, 'after a run: outline, data, inspector');
      await studio.getByRole('tab', { name: 'Log' }).click();
      await studio.getByRole('tab', { name: 'Settings' }).click();
      await expectNoFindings(studio, 'log and settings of a step');

      await studio.keyboard.press('Alt+n');
      await studio.getByRole('tab', { name: 'Palette' }).click();
      await studio.getByRole('textbox', { name: 'Search steps' }).fill('HTTP request');
      await studio.keyboard.press('Enter');
      await studio.keyboard.press('F5');
      await expect(studio.getByRole('tab', { name: 'Problems 1' })).toBeVisible();
      await expectNoFindings(studio, 'problems');
    });
  });
}

/** Every page of the fleet panel by the last part of its address, with its heading. */
const FLEET_PAGES = {
  overview: 'Overview',
  analytics: 'Analytics',
  activity: 'Activity',
  jobs: 'Jobs',
  tasks: 'Tasks',
  queues: 'Queues',
  'dead-letters': 'Dead letters',
  workflows: 'Workflows',
  triggers: 'Triggers',
  schedules: 'Schedules',
  robots: 'Robots',
  credentials: 'Credentials',
  assets: 'Assets',
  people: 'People',
  keys: 'API keys',
  audit: 'Audit log',
};

async function visit(studio: Page, { url }: Product, path: string, heading: string): Promise<void> {
  await studio.goto(`${url}/#${path}`);
  await expect(studio.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
  await expectNoFindings(studio, path);
}

test('settings and every page of the fleet have no grave findings', async ({ studio, product }) => {
  await visit(studio, product, '/settings', 'Settings');
  for (const [page, heading] of Object.entries(FLEET_PAGES)) await visit(studio, product, `/fleet/${page}`, heading);
});

test.describe('in the dark theme', () => {
  test.use({ colorScheme: 'dark' });

  // The structure is that of the light theme: what differs are colours, and these pages have all kinds of parts.
  test('pages of the fleet with rows, details and forms have no grave findings', async ({ studio, product }) => {
    const { client } = product;
    const document = workflowOf({ start: 'control.start' }, [], {
      id: `e2e-${randomUUID().slice(0, 8)}`,
      name: 'Seen',
    });
    const { workflow } = await client.call('POST', '/workflows', publishReplySchema, { document, message: '' });
    const schedule = await client.call('POST', '/schedules', scheduleSchema, {
      name: 'Seen every year',
      timing: { kind: 'cron', expression: '0 9 1 1 *' },
      job: { workflowId: workflow.id },
    });
    const queue = await client.call('POST', '/queues', queueSchema, { name: 'seen' });
    await client.call('POST', '/credentials', credentialSchema, {
      name: 'seen',
      kind: 'token',
      fields: { token: 'not-a-real-one' },
    });
    const { trigger } = await client.call('POST', '/triggers', createTriggerReplySchema, {
      kind: 'webhook',
      name: 'Seen',
      workflowId: workflow.id,
      settings: {},
    });
    await visit(studio, product, '/settings', 'Settings');
    await visit(studio, product, '/fleet/overview', 'Overview');
    await visit(studio, product, `/fleet/schedules?schedule=${schedule.id}`, 'Seen every year');
    await visit(studio, product, `/fleet/queues/${queue.id}`, 'seen');
    await visit(studio, product, `/fleet/triggers?trigger=${trigger.id}`, 'Seen');
    await studio.getByRole('button', { name: 'New trigger' }).click();
    await expect(studio.getByRole('dialog', { name: 'What should start jobs?' })).toBeVisible();
    await expectNoFindings(studio, 'new trigger');
    await studio.keyboard.press('Escape');
    await visit(studio, product, '/fleet/credentials', 'Credentials');
    await visit(studio, product, '/fleet/audit', 'Audit log');
  });
});
