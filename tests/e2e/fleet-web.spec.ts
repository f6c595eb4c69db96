import type { Page } from '@playwright/test';
import { createKeyReplySchema } from '@casare/shared';
import { expect, test } from './fixtures.ts';
import { connectWith, expectLive, openFleet } from './fleet-pages.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

async function openPanel(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'Connect to an orchestrator' })).toBeVisible();
}

test('the panel of the orchestrator takes an admin key and nothing else, and hands out keys', async ({
  page,
  product,
}) => {
  const { orchestratorUrl, adminKey, robotKey } = product.fleet;
  await openPanel(page, orchestratorUrl);
  await expect(page.getByRole('link', { name: 'Editor' })).toHaveCount(0);
  const refusal = page.getByRole('alert');

  await test.step('wrong keys are refused in words', async () => {
    await connectWith(page, 'orc_dev_wrong');
    await expect(refusal).toContainText('UNAUTHENTICATED');
    await connectWith(page, robotKey);
    await expect(refusal).toContainText('This key is for robots. Enter an admin key.');
    await expect(page.getByTestId('fleet-live')).toHaveAttribute('data-state', 'off');
  });

  await test.step('the right one opens the panel, live, also after a reload', async () => {
    await connectWith(page, adminKey);
    await expectLive(page);
    await expect(page.getByTestId('count-robots')).toContainText('/');
    await page.reload();
    await expectLive(page);
    await expect(page.getByTestId('count-robots')).toContainText('/');
  });

  await test.step('a new key is shown once and can be copied', async () => {
    await openFleet(page, 'API keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('robots of the night shift');
    await dialog.getByRole('button', { name: 'Create a key' }).click();
    const key = await dialog.getByTestId('new-key').inputValue();
    expect(key).toMatch(/^orc_/);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'robots of the night shift' });
    await expect(row).toContainText('Valid');
    await expect(page.getByText(key)).toHaveCount(0);
  });
});

test('a page whose key is revoked is cut off and says so, and goes on with another key', async ({ page, product }) => {
  const { client, fleet } = product;
  const made = await client.call('POST', '/keys', createKeyReplySchema, { name: 'visitor', kind: 'admin' });
  const visitor = await page.context().newPage();
  await openPanel(visitor, fleet.orchestratorUrl);
  await connectWith(visitor, made.key);
  await expectLive(visitor);

  await openPanel(page, fleet.orchestratorUrl);
  await connectWith(page, fleet.adminKey);
  await openFleet(page, 'API keys');
  await page.getByRole('button', { name: 'Revoke visitor' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'visitor' })).toContainText('Revoked');

  await expect(visitor.getByTestId('fleet-live')).toHaveAttribute('data-state', 'refused', { timeout: 5000 });
  await expect(visitor.getByRole('alert')).toContainText('The orchestrator does not accept this key or session.');
  await expect(visitor.locator('[data-stale]')).toBeVisible();
  await visitor.getByRole('button', { name: 'Sign in again' }).click();
  await connectWith(visitor, fleet.adminKey);
  await expectLive(visitor);
  await expect(visitor.getByRole('alert')).toHaveCount(0);
});
