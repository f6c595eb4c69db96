import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { chain, openFile, openWorkflow, readWorkflow, step, workflowOf, writeWorkflow } from './workflows.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const twoSteps = (id: string) =>
  workflowOf(
    id,
    [step('start', 'control.start'), step('log', 'data.log', { message: 'hello' })],
    chain('start', 'log'),
  );

async function rename(page: Page, nodeId: string, name: string): Promise<void> {
  await page.getByTestId(`node-${nodeId}`).click();
  await page.keyboard.press('F2');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`node-${nodeId}`)).toContainText(name);
}

/** Everything on the canvas, as the clipboard holds it. */
async function everything(page: Page): Promise<unknown> {
  await page.getByTestId('canvas').click({ position: { x: 6, y: 6 } });
  await page.keyboard.press('Control+a');
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.keyboard.press('Control+c');
  const text = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(text).not.toBe('');
  return JSON.parse(await text());
}

test('a new workflow is saved, closed and opened again as it was', async ({ studio, product }) => {
  await studio.getByRole('button', { name: 'New workflow' }).click();
  const search = studio.getByRole('textbox', { name: 'Search steps' });
  await search.fill('HTTP request');
  await search.press('Enter');
  await studio.getByRole('textbox', { name: 'Address' }).fill('https://example.org/ä?x=1');
  await rename(studio, 'request', 'Ask “them”');
  await studio.keyboard.press('Control+s');
  const dialog = studio.getByRole('dialog', { name: 'Save workflow as' });
  await dialog.getByRole('textbox', { name: 'File name' }).fill('kept');
  await dialog.getByRole('textbox', { name: 'File name' }).press('Enter');
  await expect(studio.getByTestId('save-state')).toHaveText('2 steps · Saved');
  const first = await readWorkflow(product, 'kept.flow.json');
  expect(first.nodes.map((node) => node.name)).toEqual(['Start', 'Ask “them”']);
  expect(first.edges).toHaveLength(1);

  await studio.keyboard.press('Alt+w');
  await expect(studio.getByTestId('canvas')).toBeHidden();
  await openFile(studio, 'kept.flow.json');
  await expect(studio.getByTestId('save-state')).toHaveText('2 steps · Saved');
  await studio.keyboard.press('Control+Shift+s');
  await studio.getByRole('textbox', { name: 'File name' }).fill('again');
  await studio.getByRole('textbox', { name: 'File name' }).press('Enter');
  await expect(studio.getByText('Saved again.flow.json')).toBeVisible();
  expect(await readWorkflow(product, 'again.flow.json')).toEqual(first);
});

test('a file that was changed by somebody else is not written over unasked', async ({ studio, product }) => {
  const workflow = twoSteps('conflict');
  const file = await openWorkflow(studio, product, workflow);
  const dialog = studio.getByRole('dialog', { name: 'The file was changed by somebody else' });
  const theirs = (name: string) =>
    writeWorkflow(product, file, { ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, name })) });

  await test.step('load the file: mine is one undo away', async () => {
    await rename(studio, 'log', 'Mine');
    await theirs('Theirs');
    await studio.keyboard.press('Control+s');
    await dialog.getByRole('button', { name: 'Load the file' }).click();
    await expect(studio.getByTestId('node-log')).toContainText('Theirs');
    await expect(studio.getByTestId('save-state')).toContainText('Saved');
    await studio.keyboard.press('Control+z');
    await expect(studio.getByTestId('node-log')).toContainText('Mine');
  });

  await test.step('save a copy: theirs stays', async () => {
    await theirs('Theirs again');
    await studio.keyboard.press('Control+s');
    await dialog.getByRole('button', { name: 'Save a copy…' }).click();
    await studio.getByRole('textbox', { name: 'File name' }).fill('conflict-copy');
    await studio.getByRole('textbox', { name: 'File name' }).press('Enter');
    await expect(studio.getByTestId('save-state')).toContainText('Saved');
    expect((await readWorkflow(product, 'conflict-copy.flow.json')).nodes[1]?.name).toBe('Mine');
    expect((await readWorkflow(product, file)).nodes[1]?.name).toBe('Theirs again');
  });

  await test.step('overwrite', async () => {
    await rename(studio, 'log', 'Mine wins');
    await writeWorkflow(product, 'conflict-copy.flow.json', workflow);
    await studio.keyboard.press('Control+s');
    await dialog.getByRole('button', { name: 'Overwrite' }).click();
    await expect(dialog).toBeHidden();
    await expect(studio.getByTestId('save-state')).toContainText('Saved');
    expect((await readWorkflow(product, 'conflict-copy.flow.json')).nodes[1]?.name).toBe('Mine wins');
  });
});

test('changes that were not saved are offered again after the page was killed', async ({
  studio,
  product,
  context,
}) => {
  const file = await openWorkflow(studio, product, twoSteps('killed'));
  await rename(studio, 'log', 'Never saved');
  await expect(studio.getByTestId('save-state')).toContainText('draft kept');
  await studio.close();

  const again = await context.newPage();
  await again.goto(product.url);
  await expect(again.getByRole('alert')).toContainText('Unsaved changes');
  await expect(again.getByTestId('node-log')).toContainText('log');
  await again.getByRole('button', { name: 'Restore' }).click();
  await expect(again.getByTestId('node-log')).toContainText('Never saved');
  await again.keyboard.press('Control+s');
  await expect(again.getByTestId('save-state')).toContainText('Saved');
  expect((await readWorkflow(product, file)).nodes[1]?.name).toBe('Never saved');
  await again.close();

  const third = await context.newPage();
  await third.goto(product.url);
  await expect(third.getByTestId('node-log')).toContainText('Never saved');
  await expect(third.getByRole('alert')).toBeHidden();
});

test('steps are copied as text into another browser', async ({ studio, product, browser }) => {
  await openWorkflow(studio, product, twoSteps('copied'));
  const text = JSON.stringify(await everything(studio));

  await using context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const other = await context.newPage();
  await product.forgetSession();
  await other.goto(product.url);
  await other.getByRole('button', { name: 'New workflow' }).click();
  await expect(other.getByTestId('node-start')).toBeVisible();
  await other.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await other.getByTestId('canvas').hover({ position: { x: 200, y: 300 } });
  await other.keyboard.press('Control+v');
  await expect(other.locator('[data-testid^="node-"]')).toHaveCount(3);
  await expect(other.locator('[data-testid^="wire-"]')).toHaveCount(1);
  await other.keyboard.press('Control+z');
  await expect(other.locator('[data-testid^="node-"]')).toHaveCount(1);
});

test('undoing everything gives the beginning, redoing everything the end', async ({ studio, product }) => {
  await openWorkflow(studio, product, twoSteps('undo'));
  const undo = studio.getByRole('button', { name: 'Undo', exact: true });
  const redo = studio.getByRole('button', { name: 'Redo', exact: true });
  const before = await everything(studio);

  await rename(studio, 'log', 'Renamed');
  await studio.getByRole('textbox', { name: 'Message' }).fill('another text');
  await studio.getByTestId('node-log').click();
  await studio.keyboard.press('Shift+ArrowDown');
  await studio.keyboard.press('Control+d');
  await expect(studio.locator('[data-testid^="node-"]')).toHaveCount(3);
  await studio.keyboard.press('d');
  await studio.getByTestId('node-start').click();
  await studio.keyboard.press('F9');
  await studio.keyboard.press('Shift+L');
  await expect(undo).toHaveAttribute('title', /Arrange/);
  await studio.getByTestId('node-log').click();
  await studio.keyboard.press('Control+Delete');
  await expect(studio.locator('[data-testid^="node-"]')).toHaveCount(2);
  const after = await everything(studio);
  expect(after).not.toEqual(before);

  for (let steps = 0; steps < 20 && (await undo.isEnabled()); steps++) await studio.keyboard.press('Control+z');
  await expect(undo).toBeDisabled();
  await expect(studio.getByTestId('save-state')).toContainText('Saved');
  expect(await everything(studio)).toEqual(before);

  for (let steps = 0; steps < 20 && (await redo.isEnabled()); steps++) await studio.keyboard.press('Control+y');
  await expect(redo).toBeDisabled();
  expect(await everything(studio)).toEqual(after);
});
