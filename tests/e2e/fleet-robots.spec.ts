import { expect, test } from './fixtures.ts';
import { openFleet, SOON, stateOf } from './fleet-pages.ts';

test('a robot comes, obeys, is missed when it is killed, and drains', async ({ studio, product }) => {
  const { fleet } = product;
  const second = { name: 'second', dataFolder: product.robotFolder('second'), maxJobs: 3 };
  await openFleet(studio, 'Robots');
  const row = studio.getByRole('grid', { name: 'Robots' }).getByRole('row').filter({ hasText: 'second' });
  await expect(studio.getByRole('row').filter({ hasText: 'e2e' })).toBeVisible();
  await expect(row).toHaveCount(0);
  const panel = studio.getByRole('region', { name: 'Robot second' });
  const tell = async (command: string) => {
    await panel.getByRole('button', { name: 'Commands for second' }).click();
    await studio.getByRole('menuitem', { name: command }).click();
    await studio.getByRole('alertdialog').getByRole('button', { name: command }).click();
  };

  const robot = await fleet.startRobot(second);
  await test.step('it appears with its state and what it can do', async () => {
    await expect(stateOf(row)).toHaveAttribute('data-status', 'idle');
    await expect(row).toContainText('0 / 3');
    await expect(row).toContainText('http');
    await row.click();
    await expect(panel).toContainText('0 of 3 jobs');
  });

  await test.step('pause and resume reach it', async () => {
    await tell('Pause');
    await expect(stateOf(row)).toHaveAttribute('data-status', 'paused', SOON);
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'paused', SOON);
    await tell('Resume');
    await expect(stateOf(row)).toHaveAttribute('data-status', 'idle', SOON);
  });

  await test.step('killed, it is shown as offline and named among what needs attention', async () => {
    await robot.kill();
    await expect(stateOf(row)).toHaveAttribute('data-status', 'offline', { timeout: 15_000 });
    await expect(stateOf(panel)).toHaveAttribute('data-status', 'offline');
    await openFleet(studio, 'Overview');
    await expect(studio.getByText(/Robot second is offline since/)).toBeVisible();
  });

  await test.step('started again it is the same robot; drained it signs off', async () => {
    const again = await fleet.startRobot(second);
    await expect(studio.getByText(/Robot second is offline since/)).toHaveCount(0);
    await openFleet(studio, 'Robots');
    await expect(row).toHaveCount(1);
    await expect(stateOf(row)).toHaveAttribute('data-status', 'idle');
    await row.click();
    await tell('Drain');
    await expect(stateOf(row)).toHaveAttribute('data-status', /draining|stopping|offline/, SOON);
    expect(await again.exited).toBe(0);
    await expect(stateOf(row)).toHaveAttribute('data-status', 'offline');
  });
});
