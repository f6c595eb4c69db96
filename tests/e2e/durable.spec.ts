import { logListSchema, pageOf, robotSchema, stepListSchema } from '@casare/shared';
import { startEffectLedger } from '../support/effect-ledger.ts';
import { waitFor } from '../support/wait-for.ts';
import { expect, test } from './fixtures.ts';
import { jobPanel, openFleet, stateOf } from './fleet-pages.ts';
import { placeOne, placeOrders, publish, submit } from './fleet-workflows.ts';

const ORDERS = 24;

test('a job outlives its robot: every order is placed once, and the page tells the whole story', async ({
  studio,
  product,
}) => {
  await using ledger = await startEffectLedger();
  ledger.delay(100);
  const { client, fleet } = product;
  const options = { name: 'mortal', dataFolder: product.robotFolder('mortal') };
  const robot = await fleet.startRobot(options);
  const robots = await client.call('GET', '/robots', pageOf(robotSchema));
  const robotId = robots.items.find(({ name }) => name === 'mortal')?.id ?? '';
  const workflowId = await publish(product, placeOrders('Place the orders', ORDERS));
  const [job] = await submit(product, [{ workflowId, robotId, input: { ledger: ledger.url } }]);
  const jobId = job?.id ?? '';

  await openFleet(studio, 'Jobs');
  await studio.getByRole('row').filter({ hasText: 'Place the orders' }).click();
  const panel = jobPanel(studio);
  await panel.getByRole('tab', { name: /^Log/ }).click();
  const log = panel.getByLabel('Log of the job');
  await waitFor(() => ledger.effects.length > 5, { until: 'six orders are posted', timeoutMs: 20_000 });
  // From here on an order is under way: posted, not yet answered.
  ledger.hold('/orders');
  await expect(log).toContainText('order 5 placed');

  await robot.kill();
  expect(ledger.done('/orders').length).toBeLessThan(ORDERS);
  ledger.release();
  const again = await fleet.startRobot(options);

  await expect(stateOf(panel)).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });
  expect(ledger.done('/orders')).toEqual(Array.from({ length: ORDERS }, (_, i) => i));
  // What was under way may have been posted twice, with one key; nothing else was.
  expect(ledger.effects.length).toBeLessThanOrEqual(ORDERS + 1);

  const { steps } = await client.call('GET', `/jobs/${jobId}/steps?limit=5000`, stepListSchema);
  const finished = steps.filter(({ kind }) => kind === 'finished').map(({ path }) => path);
  expect(finished.toSorted()).toEqual([...new Set(finished)].toSorted());
  expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, i) => i + 1));
  const { logs } = await client.call('GET', `/jobs/${jobId}/logs?limit=5000`, logListSchema);
  const words = logs.map(({ message }) => message).filter((message) => message.startsWith('order '));
  expect(words).toEqual(Array.from({ length: ORDERS }, (_, i) => `order ${i} placed`));

  // The page that was open all the time has the same, from before the crash and after it.
  await expect(panel.getByRole('tab', { name: /^Log/ })).toContainText(String(logs.length));
  await expect(log).toContainText(`order ${ORDERS - 1} placed`);
  await expect(panel).toContainText('1 of 4');
  await studio.getByRole('button', { name: 'Open on its own page' }).click();
  await expect(studio.getByRole('list', { name: 'Steps of the job' })).toContainText('Place the order');
  await again.stop(10_000);
});

test('twenty jobs on two robots: each runs once, both work, and the count goes up by itself', async ({
  studio,
  product,
}) => {
  // Every job has a process of its own, which a slow machine takes a second to start.
  test.setTimeout(150_000);
  await using ledger = await startEffectLedger();
  const { fleet } = product;
  await openFleet(studio, 'Overview');
  const completed = studio.getByTestId('count-completed');
  await expect(completed).toContainText(/\d/);
  const count = async () =>
    Number(/(\d+)$/.exec(((await completed.textContent()) ?? '').replaceAll(/\D+$|[,.]/g, ''))?.[1]);
  const before = await count();
  const helper = await fleet.startRobot({ name: 'helper', dataFolder: product.robotFolder('helper'), maxJobs: 2 });
  const workflowId = await publish(product, placeOne('One of twenty'));
  await submit(
    product,
    Array.from({ length: 20 }, (_, n) => ({ workflowId, input: { ledger: ledger.url, n } })),
  );
  await expect.poll(count, { timeout: 100_000 }).toBe(before + 20);

  expect(ledger.effects.map(({ body }) => body).toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 20 }, (_, n) => n),
  );
  await openFleet(studio, 'Jobs');
  await studio.getByRole('textbox', { name: 'Search workflow, reference, error or id' }).fill('One of twenty');
  await expect(studio.getByRole('group', { name: 'Filters' })).toContainText('20 jobs');
  const rows = studio.getByRole('row').filter({ hasText: 'One of twenty' });
  await expect(rows.filter({ hasText: 'helper' }).first()).toBeVisible();
  await expect(rows.filter({ hasText: 'e2e' }).first()).toBeVisible();
  await helper.stop(10_000);
});
