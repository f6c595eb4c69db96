import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jobSchema } from '@casare/shared';
import { askService, heartbeats, needsMainframe, publish, submit } from './fleet-workflows.ts';
import { jobPanel, openFleet, SOON, stateOf } from './fleet-pages.ts';
import { expect, test } from './fixtures.ts';

test('a job is submitted in the panel, appears, runs and logs before the eyes, and is cancelled', async ({
  studio,
  product,
}) => {
  await publish(product, heartbeats('Night watch'));
  const watcher = await studio.context().newPage();
  await watcher.goto(`${product.url}/#/fleet/jobs?q=watch`);
  await expect(watcher.getByText('No job fits these filters')).toBeVisible();

  await test.step('submit it with inputs, priority and a robot', async () => {
    await openFleet(studio, 'Workflows');
    await studio.getByRole('button', { name: 'Submit Night watch' }).click();
    const dialog = studio.getByRole('dialog', { name: 'Submit Night watch' });
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await expect(dialog.getByText('Enter a value.')).toBeVisible();
    await dialog.getByRole('textbox', { name: /^word/ }).fill('tick');
    await dialog.getByRole('combobox', { name: 'Capability' }).click();
    await studio.getByRole('option', { name: 'http', exact: true }).click();
    await dialog.getByRole('radio', { name: /^e2e/ }).check();
    await dialog.getByRole('textbox', { name: 'Priority' }).fill('15');
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await expect(dialog).toBeHidden();
  });

  const row = watcher.getByRole('row').filter({ hasText: 'Night watch' });
  await test.step('another page shows it without being loaded again', async () => {
    await expect(row).toContainText('Running');
    await expect(row).toContainText('e2e');
    await expect(row).toContainText('15');
  });

  const panel = jobPanel(watcher);
  await test.step('its steps and its log grow', async () => {
    await row.click();
    const steps = panel.getByRole('list', { name: 'Steps of the job' });
    await expect(steps.getByRole('button', { name: /Say it/ }).nth(3)).toBeVisible();
    await panel.getByRole('tab', { name: /^Log/ }).click();
    const log = panel.getByLabel('Log of the job');
    await expect(log).toContainText(/tick \d+/);
    const count = async () =>
      Number(/\d+/.exec((await panel.getByRole('tab', { name: /^Log/ }).textContent()) ?? '')?.[0]);
    const before = await count();
    await expect.poll(count).toBeGreaterThan(before + 2);
    await expect(log).toContainText(`tick ${before + 1}`);
  });

  await test.step('cancel it, and put it back', async () => {
    await panel.getByRole('button', { name: 'Cancel the job' }).click();
    await watcher.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).click();
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'cancelled', SOON);
    await expect(row).toContainText('Cancelled', SOON);
    await panel.getByRole('button', { name: 'Retry' }).click();
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'running', { timeout: 10_000 });
    await panel.getByRole('button', { name: 'Cancel the job' }).click();
    await watcher.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).click();
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'cancelled', SOON);
  });
  await watcher.close();
});

test('a job that fails says why in a sentence, goes to the dead letters and comes back from there', async ({
  studio,
  product,
}) => {
  let status = 422;
  const service = createServer((_request, response) => response.writeHead(status).end('{"reason":"closed"}'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  try {
    const workflowId = await publish(product, askService('Ask around'));
    await openFleet(studio, 'Dead letters');
    await expect(studio.getByRole('grid', { name: 'Dead letters' })).toBeVisible();
    await submit(product, [{ workflowId, input: { service: address }, maxRetries: 0 }]);

    const row = studio.getByRole('row').filter({ hasText: 'Ask around' });
    await expect(row).toContainText('422');
    await row.click();
    const panel = jobPanel(studio);
    const error = panel.getByRole('alert');
    await expect(error).toContainText('422');
    await expect(error).toContainText('HTTP_FAILED');
    await panel.getByRole('button', { name: /Ask the service/ }).click();
    await expect(panel.getByRole('region', { name: 'Step Ask the service' })).toContainText('HTTP_FAILED');

    status = 200;
    await panel.getByRole('button', { name: 'Put back into the queue' }).click();
    await expect(row).toHaveCount(0);
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'completed');
  } finally {
    service.close();
    service.closeAllConnections();
  }
});

test('filters live in the address, a waiting job says why, and many jobs are changed at once', async ({
  studio,
  product,
}) => {
  const workflowId = await publish(product, needsMainframe('Payroll on the mainframe'));
  const waiting = await submit(
    product,
    ['A', 'B', 'C'].map((name) => ({ workflowId, reference: `run ${name}` })),
  );
  const rows = studio.getByRole('row').filter({ hasText: 'Payroll' });
  const chip = studio.getByRole('button', { name: 'Pending', exact: true });

  await test.step('the address keeps the filters through a reload and Back', async () => {
    await openFleet(studio, 'Jobs');
    await chip.click();
    await studio.getByRole('textbox', { name: 'Search workflow, reference, error or id' }).fill('payroll');
    await expect(rows).toHaveCount(3);
    await expect(studio).toHaveURL(/state=pending/);
    await expect(studio).toHaveURL(/q=payroll/);
    await studio.reload();
    await expect(rows).toHaveCount(3);
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
    await rows.first().dblclick();
    await expect(studio.getByRole('button', { name: 'Back to the jobs' })).toBeVisible();
    await studio.getByRole('button', { name: 'Back to the jobs' }).click();
    await expect(rows).toHaveCount(3);
    await expect(studio).toHaveURL(/state=pending/);
  });

  await test.step('why it waits', async () => {
    await studio.getByRole('row').filter({ hasText: 'run B' }).click();
    const panel = jobPanel(studio);
    await expect(panel).toContainText('No robot can take it now');
    await expect(panel.getByRole('listitem').filter({ hasText: 'e2e' })).toContainText('It does not offer: mainframe.');
    await panel.getByRole('button', { name: 'Close the details' }).click();
  });

  const bulk = studio.getByRole('toolbar', { name: 'Selected jobs' });
  const dialog = studio.getByRole('dialog');
  await test.step('cancel all of them', async () => {
    await studio.getByRole('checkbox', { name: 'Select all rows' }).check();
    await bulk.getByRole('button', { name: 'Cancel 3 jobs' }).click();
    await dialog.getByRole('button', { name: 'Cancel 3 jobs' }).click();
    await expect(dialog).toContainText('3 of 3 done');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(rows).toHaveCount(0);
  });

  await test.step('one that cannot be retried is named, the others are done', async () => {
    await chip.click();
    await expect(rows).toHaveCount(3);
    await studio.getByRole('checkbox', { name: 'Select all rows' }).check();
    await bulk.getByRole('button', { name: 'Retry 3 jobs' }).click();
    await product.client.call('POST', `/jobs/${waiting[1]?.id}/retry`, jobSchema, {});
    await dialog.getByRole('button', { name: 'Retry 3 jobs' }).click();
    await expect(dialog).toContainText('2 of 3 done');
    const failures = dialog.getByRole('list', { name: 'What did not work' });
    await expect(failures.getByRole('listitem')).toHaveCount(1);
    await expect(failures).toContainText('this one is pending');
    await dialog.getByRole('button', { name: 'Done' }).click();
    for (const job of waiting) await product.client.call('POST', `/jobs/${job.id}/cancel`, jobSchema, {});
    await expect(rows.filter({ hasText: 'Cancelled' })).toHaveCount(3);
  });
});
