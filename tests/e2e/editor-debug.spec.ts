import { type Workflow, workflowSchema } from '@casare/shared';
import type { Page } from '@playwright/test';
import { expect, type Product, test } from './fixtures.ts';
import { chain, openWorkflow, readWorkflow, step, workflowOf, writeWorkflow } from './workflows.ts';

const state = (page: Page, nodeId: string) => page.getByTestId(`node-${nodeId}`);
const toasts = (page: Page) => page.getByRole('region', { name: 'Notifications' });
const stack = (page: Page) => page.getByTestId('call-stack').getByRole('button');

async function expectRun(page: Page, status: string): Promise<void> {
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-status', status);
}

const child = (id: string): Workflow =>
  workflowSchema.parse({
    ...workflowOf(
      id,
      [
        step('start', 'control.start'),
        step('known', 'control.if', { condition: '${input.net > 0}' }, 'Known'),
        step('sum', 'data.setVariable', { name: 'gross', value: '${input.net * 2}' }, 'Add it up'),
      ],
      chain('start', 'known:true', 'sum'),
    ),
    name: 'Add tax',
    inputs: [{ name: 'net', type: 'number', required: true, description: 'Without tax.' }],
    variables: [{ name: 'gross', type: 'number' }],
    outputs: [{ name: 'gross', value: '${vars.gross}' }],
  });

/** `known` stands here and in the called workflow: the same id, two steps. */
const parent = (id: string, called: string): Workflow =>
  workflowSchema.parse({
    ...workflowOf(
      id,
      [
        step('start', 'control.start'),
        step('known', 'data.set', { fields: { list: [100, 200] } }, 'Numbers'),
        step('each', 'control.forEach', { items: '${steps.known.output.value.list}' }, 'Each number'),
        step('tax', 'workflow.call', { workflowId: called, input: { net: '${item * vars.rate}' } }, 'Tax'),
        step('tell', 'data.log', { message: '${steps.known.output.value.list[0] * vars.rate}' }, 'Tell'),
      ],
      [...chain('start', 'known', 'each:body', 'tax'), ...chain('each:out', 'tell')],
    ),
    variables: [{ name: 'rate', type: 'number', default: 1 }],
  });

async function openPair(page: Page, product: Product, name: string): Promise<string> {
  await writeWorkflow(product, `${name}-child.flow.json`, child(`${name}-child`));
  return openWorkflow(page, product, parent(name, `${name}-child`));
}

test('a run is stepped over, into and out of, and its variables are changed on the way', async ({
  studio,
  product,
}) => {
  await openPair(studio, product, 'stepped');
  await studio.keyboard.press('F10');
  await expectRun(studio, 'paused');
  await expect(state(studio, 'start')).toHaveAttribute('data-state', 'paused');
  await studio.keyboard.press('F10');
  await expect(state(studio, 'known')).toHaveAttribute('data-state', 'paused');
  await studio.keyboard.press('F10');
  await expect(state(studio, 'each')).toHaveAttribute('data-state', 'paused');
  await studio.keyboard.press('F11');
  await expect(state(studio, 'tax')).toHaveAttribute('data-state', 'paused');
  await studio.keyboard.press('F11');
  await expect(stack(studio)).toHaveText([/^Each number\s*pass 1$/, /^Tax\s*calls “Add tax”$/, 'start']);
  await expect(studio.getByTestId('variables')).toContainText('gross');
  // The step of the same id in this workflow has run long ago.
  await studio.keyboard.press('F11');
  await expect(stack(studio).last()).toHaveText('Known');
  await expect(state(studio, 'known')).toHaveAttribute('data-state', 'done');
  await studio.keyboard.press('Shift+F11');
  await expect(stack(studio)).toHaveText([/^Each number\s*pass 2$/, 'Tax']);

  const variables = studio.getByTestId('variables');
  await variables.getByRole('button', { name: /^Change rate/ }).click();
  await studio.getByLabel('Value of rate').fill('a lot');
  await studio.keyboard.press('Enter');
  await expect(variables).toContainText('A number is needed');
  await studio.getByLabel('Value of rate').fill('3');
  await studio.keyboard.press('Enter');
  await expect(variables.locator('[data-changed]')).toHaveText('3');

  await studio.getByRole('toolbar').getByRole('button', { name: 'Continue' }).click();
  await expectRun(studio, 'completed');
  await studio.getByRole('tab', { name: 'Log' }).click();
  await expect(studio.getByLabel('Log of the run')).toContainText('300');
  await studio.getByRole('tab', { name: 'Runs' }).click();
  const steps = studio.getByRole('list', { name: 'Steps of the run' });
  await expect(steps.getByRole('listitem').filter({ hasText: 'Add it up' }).first()).toHaveAttribute('data-depth', '2');
});

test('a breakpoint with a condition stops in one pass only, one set meanwhile stops too', async ({
  studio,
  product,
}) => {
  await openPair(studio, product, 'conditions');
  await state(studio, 'tax').click();
  await studio.keyboard.press('Shift+F9');
  const dialog = studio.getByRole('dialog');
  await dialog.getByRole('textbox').fill('item > 100');
  await expect(dialog).toContainText('Write an expression');
  await dialog.getByRole('textbox').fill('${item > 100}');
  await dialog.getByRole('button', { name: 'Set breakpoint' }).click();
  await expect(state(studio, 'tax').getByLabel('Breakpoint with a condition')).toBeVisible();

  await studio.keyboard.press('F5');
  await expectRun(studio, 'paused');
  await expect(stack(studio)).toHaveText([/^Each number\s*pass 2$/, 'Tax']);
  await state(studio, 'tell').click();
  await studio.keyboard.press('F9');
  await expect(state(studio, 'tell').getByLabel('Breakpoint')).toBeVisible();
  await studio.keyboard.press('F5');
  await expect(state(studio, 'tell')).toHaveAttribute('data-state', 'paused');
  await studio.keyboard.press('F5');
  await expectRun(studio, 'completed');
});

test('a part of a workflow runs with what the last run has left, or says what it lacks', async ({
  studio,
  product,
}) => {
  await openPair(studio, product, 'parts');
  await state(studio, 'tell').click();
  await studio.keyboard.press('Control+Shift+F5');
  await expect(studio.getByText('This part cannot run alone')).toBeVisible();
  await expect(toasts(studio)).toContainText('nothing recorded of "known"');
  await expect(state(studio, 'known')).toHaveAccessibleName(/selected/);
  await studio.getByRole('button', { name: 'Run all' }).click();
  await expectRun(studio, 'completed');

  // The refused run and the whole one; each part adds one of its own.
  await studio.getByRole('tab', { name: 'Runs' }).click();
  const runs = studio.getByRole('list', { name: 'Runs' }).getByText('Completed');
  await expect(runs).toHaveCount(1);
  let completed = 1;
  for (const keys of ['Control+Shift+F5', 'Control+Shift+F5', 'Alt+F5']) {
    await state(studio, 'tell').click();
    await studio.keyboard.press(keys);
    await expect(state(studio, 'known')).toContainText('earlier run');
    await expect(state(studio, 'tell')).toHaveAttribute('data-state', 'done');
    completed++;
    await expect(runs).toHaveCount(completed);
    await expectRun(studio, 'completed');
  }
  await state(studio, 'tax').click();
  await studio.keyboard.press('Control+Shift+F5');
  await expect(toasts(studio)).toContainText('stands inside of "each"');
  await expect(state(studio, 'each')).toHaveAccessibleName(/selected/);
});

test('a call shows what it calls, asks for its inputs and leads there', async ({ studio, product }) => {
  await openPair(studio, product, 'calling');
  await expect(state(studio, 'tax')).toContainText('→ Add tax');
  await state(studio, 'tax').click();
  const inspector = studio.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('Without tax.');
  await expect(inspector.getByRole('textbox', { name: 'net' })).toContainText('item * vars.rate');
  await inspector.getByRole('button', { name: 'Choose a workflow' }).click();
  await expect(studio.getByRole('menuitemcheckbox', { name: 'Add tax' }).first()).toBeVisible();
  await studio.keyboard.press('Escape');
  await state(studio, 'tax').click();
  await studio.keyboard.press('Alt+Enter');
  await expect(state(studio, 'sum')).toBeVisible();
});

test('selected steps become a workflow of their own that is called in their place', async ({ studio, product }) => {
  const file = await openPair(studio, product, 'extracted');
  await state(studio, 'start').click();
  await studio.keyboard.press('Alt+Shift+e');
  await expect(studio.getByRole('alert')).toContainText('Select the steps');
  await studio.keyboard.press('Escape');

  await state(studio, 'each').click();
  await studio.keyboard.press('Alt+Shift+e');
  const dialog = studio.getByRole('dialog');
  await expect(dialog).toContainText('known');
  await expect(dialog).toContainText('rate');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Taxes of all');
  await studio.keyboard.press('Enter');
  await expect(state(studio, 'call')).toContainText('→ Taxes of all');
  await expect(state(studio, 'each')).toBeHidden();
  const made = await readWorkflow(product, 'Taxes of all.flow.json');
  expect(made.inputs.map(({ name }) => name)).toEqual(['known', 'rate']);

  await studio.keyboard.press('F5');
  await expectRun(studio, 'completed');
  await expect(state(studio, 'call')).toHaveAttribute('data-state', 'done');
  await studio.keyboard.press('Control+z');
  await expect(state(studio, 'each')).toBeVisible();
  await expect(state(studio, 'call')).toBeHidden();
  expect((await readWorkflow(product, file)).nodes).toHaveLength(5);
});
