import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { chain, openWorkflow, step, workflowOf } from './workflows.ts';

const threeLogs = (id: string) =>
  workflowOf(
    id,
    [
      step('start', 'control.start'),
      step('one', 'data.log', { message: 'first' }),
      step('two', 'data.log', { message: 'second' }),
      step('three', 'data.log', { message: 'third' }),
    ],
    chain('start', 'one', 'two', 'three'),
  );

const state = (page: Page, nodeId: string) => page.getByTestId(`node-${nodeId}`);

async function expectRun(page: Page, status: string): Promise<void> {
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-status', status);
}

test('a breakpoint pauses before its step, and the run goes on step by step', async ({ studio, product }) => {
  await openWorkflow(studio, product, threeLogs('debugged'));
  await state(studio, 'two').click();
  await studio.keyboard.press('F9');
  await expect(state(studio, 'two').getByLabel('Breakpoint')).toBeVisible();

  await studio.keyboard.press('F5');
  await expectRun(studio, 'paused');
  await expect(studio.getByTestId('announcer')).toHaveText('Paused before two.');
  await expect(state(studio, 'one')).toHaveAttribute('data-state', 'done');
  await expect(state(studio, 'two')).not.toHaveAttribute('data-state', 'done');

  await studio.keyboard.press('F10');
  await expect(state(studio, 'two')).toHaveAttribute('data-state', 'done');
  await expectRun(studio, 'paused');
  await expect(state(studio, 'three')).not.toHaveAttribute('data-state', 'done');

  await studio.keyboard.press('F5');
  await expectRun(studio, 'completed');
  await expect(state(studio, 'three')).toHaveAttribute('data-state', 'done');
});

test('a run to here ends with the chosen step', async ({ studio, product }) => {
  await openWorkflow(studio, product, threeLogs('to-here'));
  await state(studio, 'two').click();
  await studio.keyboard.press('Control+F5');
  await expectRun(studio, 'completed');
  await expect(state(studio, 'two')).toHaveAttribute('data-state', 'done');
  await expect(state(studio, 'three')).not.toHaveAttribute('data-state', /./);
});

test('an endless run is stopped within two seconds', async ({ studio, product }) => {
  const endless = workflowOf(
    'endless',
    [
      step('start', 'control.start'),
      step('loop', 'control.while', { condition: '${true}' }),
      step('wait', 'control.delay', { ms: 20 }),
    ],
    chain('start', 'loop:body', 'wait'),
  );
  await openWorkflow(studio, product, endless);
  await studio.keyboard.press('F5');
  await expect(state(studio, 'wait')).toContainText('×');
  const before = performance.now();
  await studio.keyboard.press('Shift+F5');
  await expectRun(studio, 'cancelled');
  expect(performance.now() - before).toBeLessThan(2000);
  await expect(studio.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
});

test('a failing step says why, in a sentence and by its code', async ({ studio, product }) => {
  const failing = workflowOf(
    'failing',
    [
      step('start', 'control.start'),
      step('ask', 'http.request', { url: `${product.sites.url}/no-such-page` }, 'Ask for nothing'),
      step('after', 'data.log', { message: 'never' }),
    ],
    chain('start', 'ask', 'after'),
  );
  await openWorkflow(studio, product, failing);
  await studio.keyboard.press('F5');
  await expectRun(studio, 'failed');
  await expect(state(studio, 'ask')).toHaveAttribute('data-state', 'failed');
  await expect(state(studio, 'after')).not.toHaveAttribute('data-state', /./);
  // The step is selected by itself, and its inspector tells.
  const failure = studio.getByTestId('step-failure');
  await expect(failure).toContainText('HTTP_FAILED');
  await expect(failure).toContainText('404');
  await expect(studio.getByTestId('announcer')).toContainText('Step Ask for nothing failed');
  await studio.getByRole('tab', { name: 'Log' }).click();
  await expect(studio.getByLabel('Log of the run')).toContainText('HTTP_FAILED');
});

test('the data of a loop is shown round by round', async ({ studio, product }) => {
  const loop = workflowOf(
    'rounds',
    [
      step('start', 'control.start'),
      step('each', 'control.forEach', { items: ['red', 'green', 'blue'] }),
      step('row', 'data.set', { fields: { colour: '${item}', place: '${index}' } }),
    ],
    chain('start', 'each:body', 'row'),
  );
  await openWorkflow(studio, product, loop);
  await studio.keyboard.press('F5');
  await expectRun(studio, 'completed');
  await expect(state(studio, 'row')).toContainText('×3');
  await state(studio, 'row').click();
  await studio.getByRole('tab', { name: 'Data' }).click();
  const output = studio.getByRole('region', { name: 'Output' });
  await expect(output).toContainText('blue');
  await output.getByRole('combobox', { name: 'Round' }).click();
  await studio.getByRole('option').first().click();
  await expect(output).toContainText('red');
  await expect(output).not.toContainText('blue');
});

test('a run of before is shown again from its journal', async ({ studio, product }) => {
  await openWorkflow(studio, product, threeLogs('history'));
  await studio.keyboard.press('F5');
  await expectRun(studio, 'completed');
  await studio.reload();
  await expect(state(studio, 'one')).not.toHaveAttribute('data-state', /./);
  await studio.getByRole('tab', { name: 'Runs' }).click();
  await studio.getByRole('list', { name: 'Runs' }).getByRole('button').first().click();
  await expect(state(studio, 'three')).toHaveAttribute('data-state', 'done');
  await expect(studio.getByTestId('run-state')).toContainText('Replay');
  await studio.getByRole('button', { name: 'Back to editing' }).click();
  await expect(state(studio, 'three')).not.toHaveAttribute('data-state', /./);
});

test('finding walks through the steps that hold a text', async ({ studio, product }) => {
  await openWorkflow(studio, product, threeLogs('find'));
  await studio.keyboard.press('Control+f');
  const bar = studio.getByTestId('find-bar');
  await studio.keyboard.type('second');
  await expect(bar).toContainText('1 of 1 · message');
  await expect(state(studio, 'two')).toHaveAccessibleName(/selected/);
  await bar.getByRole('textbox').fill('log');
  await expect(bar).toContainText('1 of 3');
  await studio.keyboard.press('Enter');
  await expect(bar).toContainText('2 of 3');
  await studio.keyboard.press('Shift+Enter');
  await studio.keyboard.press('Shift+Enter');
  await expect(bar).toContainText('3 of 3');
  await studio.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect(state(studio, 'three')).toBeFocused();
});
