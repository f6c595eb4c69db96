import { createHmac, randomUUID } from 'node:crypto';
import { workflowOf } from '../support/workflows.ts';
import { expect, test } from './fixtures.ts';
import { openFleet } from './fleet-pages.ts';
import { publish } from './fleet-workflows.ts';

const id = () => randomUUID().slice(0, 8);

test('a fleet is operated from its panel: schedule, queue, webhook, credential, asset, audit log', async ({
  studio,
  product,
}) => {
  const name = `Greet ${id()}`;
  await publish(
    product,
    workflowOf(
      { start: 'control.start', say: { type: 'data.log', params: { message: 'Hello ${input.name}' } } },
      ['start>say'],
      { id: `e2e-${id()}`, name, inputs: [{ name: 'name', type: 'text', default: 'nobody' }] },
    ),
  );
  const dialog = (title: string) => studio.getByRole('dialog', { name: title, exact: true });

  await test.step('a schedule is made, run now, and its job ends', async () => {
    await openFleet(studio, 'Schedules');
    await studio.getByRole('button', { name: 'New schedule' }).first().click();
    const form = dialog('New schedule');
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Every weekday');
    await form.getByRole('combobox', { name: 'Workflow' }).click();
    await studio.getByRole('option', { name }).click();
    await form.getByRole('button', { name: 'Weekdays at 9' }).click();
    await expect(form.getByRole('region', { name: 'The next 20 runs' }).getByRole('listitem')).toHaveCount(20);
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(studio.getByRole('row').filter({ hasText: 'Every weekday' })).toBeVisible();

    const panel = studio.getByRole('region', { name: 'Details of the schedule' });
    await expect(panel.getByText('Active', { exact: true })).toBeVisible();
    await panel.getByRole('button', { name: 'Run now' }).click();
    await panel.getByRole('tab', { name: 'History' }).click();
    await panel.getByRole('link', { name: 'Job' }).click();
    await expect(studio.locator('[data-status="completed"]').first()).toBeVisible({ timeout: 20_000 });
    await studio.getByRole('tab', { name: /^Log/ }).click();
    await expect(studio.getByText('Hello nobody')).toBeVisible();
  });

  await test.step('a queue is made, and an item waits in it', async () => {
    await openFleet(studio, 'Queues');
    await studio.getByRole('button', { name: 'New queue' }).first().click();
    const form = dialog('New queue');
    await form.getByRole('textbox', { name: 'Name' }).fill('invoices');
    await form.getByRole('button', { name: 'New queue' }).click();
    await studio.getByRole('button', { name: 'Add item' }).first().click();
    const item = dialog('Add an item to “invoices”');
    await item.getByRole('textbox', { name: 'Reference' }).fill('RE-4711');
    await item.getByRole('textbox', { name: 'Content' }).fill('{ "amount": 240 }');
    await item.getByRole('button', { name: 'Add item' }).click();
    const row = studio.getByRole('row').filter({ hasText: 'RE-4711' });
    await expect(row).toContainText('New');
    await row.click();
    const panel = studio.getByRole('region', { name: 'Queue item' });
    await panel.getByRole('tab', { name: 'Content' }).click();
    await expect(panel).toContainText('240');
    await studio.getByRole('link', { name: 'Back to all queues' }).click();
    await expect(studio.getByRole('row').filter({ hasText: 'invoices' })).toContainText('1');
  });

  await test.step('a webhook takes a signed request and shows what it brought, with its job', async () => {
    await openFleet(studio, 'Triggers');
    await studio.getByRole('button', { name: 'New trigger' }).first().click();
    await studio
      .getByRole('dialog')
      .getByRole('button', { name: /^Webhook/ })
      .click();
    const form = dialog('Webhook');
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('New customers');
    await form.getByRole('combobox', { name: 'Starts' }).click();
    await studio.getByRole('option', { name }).click();
    await form.getByRole('button', { name: 'Create' }).click();
    const made = dialog('The trigger "New customers" is there.');
    const address = await made.getByRole('region', { name: 'Address' }).locator('pre').innerText();
    const secret = await made.getByRole('region', { name: 'Secret' }).locator('pre').innerText();
    await made.getByRole('button', { name: 'I have copied it' }).click();

    const panel = studio.getByRole('region', { name: 'Details of the trigger' });
    await panel.getByRole('tab', { name: 'Deliveries' }).click();
    await expect(panel.getByText('Nothing has come yet.')).toBeVisible();
    const another = `whsec_${Buffer.alloc(24, 'x').toString('base64')}`;
    expect(await sendSigned(address, another, { name: 'Mallory' })).toBe(401);
    expect(await sendSigned(address, secret, { name: 'Ada' })).toBe(202);
    const delivery = panel.getByRole('listitem').filter({ hasText: 'Completed' });
    await expect(delivery).toBeVisible({ timeout: 20_000 });
    await delivery.getByRole('button').first().click();
    await expect(delivery).toContainText('Ada');
    await delivery.getByRole('link', { name: 'Open the job' }).click();
    await studio.getByRole('tab', { name: /^Log/ }).click();
    await expect(studio.getByText('Hello Ada')).toBeVisible();
  });

  await test.step('a credential is kept and never shown again, an asset is', async () => {
    await openFleet(studio, 'Credentials');
    await studio.getByRole('button', { name: 'New credential' }).first().click();
    const form = dialog('New credential');
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('crm');
    await form.getByRole('textbox', { name: 'User name' }).fill('robot@example.com');
    await form.getByLabel('Password').fill('hunter2-hunter2');
    await form.getByRole('button', { name: 'Keep it' }).click();
    const panel = studio.getByRole('region', { name: 'Details of the credential' });
    await expect(panel).toContainText('${credentials.crm.password}');
    await expect(studio.getByText('hunter2-hunter2')).toHaveCount(0);

    await openFleet(studio, 'Assets');
    await studio.getByRole('button', { name: 'New asset' }).first().click();
    const asset = dialog('New asset');
    await asset.getByRole('textbox', { name: 'Name', exact: true }).fill('greeting');
    await asset.getByRole('textbox', { name: 'Value' }).fill('Good morning');
    await asset.getByRole('button', { name: 'Keep it' }).click();
    await expect(studio.getByRole('row').filter({ hasText: 'greeting' })).toContainText('Good morning');
  });

  await test.step('all of it stands in the audit log, whose chain is whole', async () => {
    await openFleet(studio, 'Audit log');
    for (const action of ['asset.create', 'credential.create', 'trigger.create', 'queue.create', 'schedule.create'])
      await expect(studio.getByRole('row').filter({ hasText: action }).first()).toBeVisible();
    await studio.getByRole('button', { name: 'Check the chain' }).click();
    await expect(studio.getByText(/^The chain is whole: \d+ entr/)).toBeVisible();
  });
});

/** One message as the Standard Webhooks rules say; the status of the answer. */
async function sendSigned(address: string, secret: string, payload: unknown): Promise<number> {
  const body = JSON.stringify(payload);
  const message = `msg_${randomUUID()}`;
  const time = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${message}.${time}.${body}`).digest('base64');
  const { status } = await fetch(address, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': message,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${signature}`,
    },
  });
  return status;
}
