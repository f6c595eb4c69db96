import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openExample, test } from './fixtures.ts';

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

    test('settings and fleet have no grave findings', async ({ studio, product }) => {
      for (const [path, heading] of [
        ['/settings', 'Settings'],
        ['/fleet/overview', 'Overview'],
        ['/fleet/jobs', 'Jobs'],
        ['/fleet/tasks', 'Tasks'],
        ['/fleet/robots', 'Robots'],
        ['/fleet/workflows', 'Workflows'],
        ['/fleet/keys', 'API keys'],
        ['/fleet/people', 'People'],
      ] as const) {
        await studio.goto(`${product.url}/#${path}`);
        await expect(studio.getByRole('heading', { name: heading }).first()).toBeVisible();
        await expectNoFindings(studio, path);
      }
    });
  });
}
