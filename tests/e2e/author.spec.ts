import { expect, test } from './fixtures.ts';

test('a person draws a workflow, runs it, publishes it and watches a robot run it', async ({ studio, product }) => {
  const nodes = studio.locator('[data-testid^="node-"]');
  const search = studio.getByRole('textbox', { name: 'Search steps' });

  await test.step('begin with an empty canvas', async () => {
    await studio.getByRole('button', { name: 'New workflow' }).click();
    await expect(nodes).toHaveCount(1);
  });

  await test.step('add a step by keyboard: it is connected to the selected one', async () => {
    await studio.getByTestId('node-start').click();
    await search.fill('HTTP request');
    await search.press('Enter');
    await expect(studio.getByTestId('node-request')).toBeVisible();
    await expect(studio.locator('[data-testid^="wire-"]')).toHaveCount(1);
    await studio.getByRole('textbox', { name: 'Address' }).fill(`${product.sites.url}/api/customers`);
  });

  await test.step('add a step by mouse and draw the wire', async () => {
    await search.fill('Write to log');
    await studio
      .getByTestId('palette-item-data.log')
      .dragTo(studio.getByTestId('canvas'), { targetPosition: { x: 560, y: 420 } });
    await expect(studio.getByTestId('node-log')).toBeVisible();
    await studio.getByTestId('port-request-out').dragTo(studio.getByTestId('port-log-in'));
    await expect(studio.locator('[data-testid^="wire-"]')).toHaveCount(2);
  });

  await test.step('fill in an expression by typing it', async () => {
    await studio.getByTestId('node-log').click();
    await studio.getByRole('textbox', { name: 'Message' }).click();
    await studio.keyboard.type('Got ${steps.request.output.body.length} customers');
    await expect(studio.getByRole('tab', { name: 'Problems 0' })).toBeVisible();
  });

  await test.step('undo takes back, redo brings again', async () => {
    await studio.getByTestId('node-request').click();
    await studio.keyboard.press('Delete');
    await expect(nodes).toHaveCount(2);
    await studio.getByRole('button', { name: 'Undo' }).click();
    await expect(nodes).toHaveCount(3);
    await expect(studio.locator('[data-testid^="wire-"]')).toHaveCount(2);
  });

  await test.step('run it here and see its data', async () => {
    await studio.keyboard.press('F5');
    await expect(studio.getByTestId('run-state')).toHaveAttribute('data-status', 'completed');
    await studio.getByTestId('node-request').click();
    await studio.getByRole('tab', { name: 'Data' }).click();
    await expect(studio.getByRole('region', { name: 'Output' })).toContainText('Nordlicht GmbH');
    await studio.getByRole('tab', { name: /^Log/ }).click();
    await expect(studio.getByLabel('Log of the run')).toContainText(/Got \d+ customers/);
  });

  await test.step('save it', async () => {
    await studio.keyboard.press('Control+s');
    const dialog = studio.getByRole('dialog', { name: 'Save workflow as' });
    await dialog.getByRole('textbox', { name: 'File name' }).fill('customers');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(studio.getByTestId('save-state')).toContainText('Saved');
  });

  await test.step('publish it and submit it to the fleet', async () => {
    await studio.keyboard.press('Control+Shift+U');
    await expect(studio.getByText(/version 1/i).first()).toBeVisible();
    await studio.keyboard.press('Control+Enter');
    const dialog = studio.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('watch the robot run it', async () => {
    await studio.getByRole('link', { name: 'Fleet' }).click();
    await studio.getByRole('link', { name: 'Jobs', exact: true }).click();
    const row = studio.getByRole('row').filter({ hasText: 'New workflow' });
    await expect(row).toContainText('Completed', { timeout: 20_000 });
    await row.getByText('New workflow').click();
    await studio.getByRole('tab', { name: 'Log' }).click();
    await expect(studio.getByText(/Got \d+ customers/).first()).toBeVisible();
  });
});
