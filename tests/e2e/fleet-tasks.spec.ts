import { randomUUID } from 'node:crypto';
import type { Workflow } from '@casare/shared';
import { workflowOf } from '../support/workflows.ts';
import { expect, type Product, test } from './fixtures.ts';
import { connectWith, expectLive, openFleet } from './fleet-pages.ts';
import { publish, submit } from './fleet-workflows.ts';

/** Asks an address, then whether to send there. */
function askAddress(name: string): Workflow {
  return workflowOf(
    {
      start: 'control.start',
      form: {
        type: 'people.form',
        params: {
          title: 'Where to?',
          text: 'The customer gave no address.',
          fields: [
            { name: 'street', label: 'Street', required: true },
            { name: 'express', label: 'Express', kind: 'checkbox' },
            { name: 'pin', label: 'PIN', kind: 'secret' },
          ],
        },
      },
      approve: {
        type: 'people.approve',
        params: { question: 'Send to ${steps.form.output.values.street}?', choices: ['send', 'keep'] },
      },
      sent: { type: 'data.setVariable', params: { name: 'result', value: 'sent' } },
      kept: { type: 'data.setVariable', params: { name: 'result', value: 'kept' } },
    },
    ['start>form', 'form>approve', 'approve.send>sent', 'approve.keep>kept'],
    {
      id: `e2e-${randomUUID().slice(0, 8)}`,
      name,
      variables: [
        { name: 'pin', type: 'text', secret: true },
        { name: 'result', type: 'text' },
      ],
      outputs: [{ name: 'result', value: '${vars.result}' }],
    },
  );
}

test('what a job asks is answered in the panel, with the keyboard, and the job goes on', async ({
  studio,
  product,
}) => {
  await publish(product, askAddress('Parcel'));
  await openFleet(studio, 'Tasks');
  await expect(studio.getByText('Nobody is asked anything')).toBeVisible();
  await openFleet(studio, 'Workflows');
  await studio.getByRole('button', { name: 'Submit Parcel' }).click();
  await studio.getByRole('dialog', { name: 'Submit Parcel' }).getByRole('button', { name: 'Submit' }).click();

  const nav = studio.getByRole('navigation', { name: 'Fleet pages' });
  await expect(nav.getByRole('link', { name: 'Tasks 1 open task' })).toBeVisible({ timeout: 20_000 });
  await nav.getByRole('link', { name: /^Tasks/ }).click();
  const row = studio.getByRole('row').filter({ hasText: 'Where to?' });
  await expect(row).toContainText('Open');
  await row.click();
  const panel = studio.getByRole('region', { name: 'Task', exact: true });
  await expect(panel.getByText('The customer gave no address.')).toBeVisible();

  await test.step('with the keyboard; what is missing is told', async () => {
    await panel.getByRole('textbox', { name: 'Street' }).focus();
    await studio.keyboard.press('Enter');
    await expect(panel.getByText('Required.')).toBeVisible();
    await studio.keyboard.type('Elm 1');
    await studio.keyboard.press('Tab');
    await studio.keyboard.press('Space');
    await studio.keyboard.press('Tab');
    await studio.keyboard.type('hunter2-hunter2');
    await studio.keyboard.press('Enter');
    await expect(panel.getByText(/^Answered by/)).toBeVisible();
    await expect(panel.getByText('••••')).toBeVisible();
    await expect(panel.getByText('Yes', { exact: true })).toBeVisible();
    await expect(row).toHaveCount(0);
  });

  await test.step('the next question on the page of the job', async () => {
    await panel.getByRole('link', { name: 'Parcel' }).click();
    const question = studio.getByRole('region', { name: 'Send to Elm 1?' });
    await question.getByRole('textbox', { name: 'Comment' }).fill('as agreed');
    await question.getByRole('button', { name: 'keep' }).press('Enter');
    await expect(studio.locator('[data-status="completed"]').first()).toBeVisible({ timeout: 20_000 });
    await studio.getByRole('tab', { name: 'Data' }).click();
    await expect(studio.getByText('kept')).toBeVisible();
    await expect(nav.getByRole('link', { name: 'Tasks', exact: true })).toBeVisible();
  });

  await test.step('the answered ones are found by their state', async () => {
    await nav.getByRole('link', { name: 'Tasks' }).click();
    await studio.getByRole('button', { name: 'Open', exact: true }).click();
    await studio.getByRole('button', { name: 'Answered', exact: true }).click();
    await expect(studio.getByRole('row').filter({ hasText: 'Send to Elm 1?' })).toContainText('Answered');
    await expect(studio.getByText('hunter2')).toHaveCount(0);
  });
});

test('somebody else was faster: who comes second is told so', async ({ page, product }) => {
  const workflowId = await publish(product, askAddress('Letter'));
  const [job] = await submit(product, [{ workflowId }]);
  await page.goto(product.fleet.orchestratorUrl);
  await connectWith(page, product.fleet.adminKey);
  await expectLive(page);
  await page.getByRole('link', { name: 'Tasks 1 open task' }).click({ timeout: 20_000 });
  await page.getByRole('row').filter({ hasText: 'Letter' }).click();
  const panel = page.getByRole('region', { name: 'Task', exact: true });
  await panel.getByRole('textbox', { name: 'Street' }).fill('Oak 2');
  // The other answer arrives while this one is on its way.
  await page.route('**/api/v1/tasks/*/answer', async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/api/v1', '');
    await callApi(product, path, { choice: 'submit', values: { street: 'Elm 1' } });
    await route.continue();
  });
  await panel.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByText('Your answer came too late')).toBeVisible();
  await expect(page.getByText(/This was answered already, by .+ at /)).toBeVisible();
  await expect(panel.getByText(/^Answered by/)).toBeVisible();
  await expect(panel.getByText('Elm 1')).toBeVisible();
  await callApi(product, `/jobs/${job?.id}/cancel`);
});

async function callApi({ fleet }: Product, path: string, body?: unknown): Promise<void> {
  const { status } = await fetch(`${fleet.orchestratorUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'x-api-key': fleet.adminKey, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(status).toBeLessThan(300);
}
