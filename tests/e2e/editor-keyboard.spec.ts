import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Adds a step behind the focused one. */
async function add(page: Page, words: string, nodeId: string): Promise<void> {
  await page.keyboard.press('/');
  await expect(page.getByRole('dialog', { name: 'Add a step' })).toBeVisible();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`node-${nodeId}`)).toBeFocused();
}

async function rename(page: Page, nodeId: string, name: string): Promise<void> {
  await page.keyboard.press('F2');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`node-${nodeId}`)).toBeFocused();
}

/** Types into the first parameter of the focused step, and comes back to it. */
async function fillIn(page: Page, nodeId: string, text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Inspector' }).locator(':focus').last()).toBeVisible();
  await page.keyboard.type(text);
  // The first Escape may close a list of completions.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(`node-${nodeId}`)).toBeFocused({ timeout: 300 });
  }).toPass();
}

test('a workflow of six steps is built, run and read without a mouse', async ({ studio }) => {
  const wires = studio.locator('[data-testid^="wire-"]');
  await studio.keyboard.press('Alt+n');
  await expect(studio.getByTestId('node-start')).toBeVisible();
  await studio.keyboard.press('Alt+ArrowRight');
  await expect(studio.getByTestId('node-start')).toBeFocused();

  await test.step('a step each, behind the one before', async () => {
    await add(studio, 'If', 'if');
    await fillIn(studio, 'if', '${1 < 2}');
    await add(studio, 'Write to log', 'log');
    await rename(studio, 'log', 'Say yes');
    await fillIn(studio, 'log', 'it is true');
    await studio.keyboard.press('Alt+ArrowLeft');
    await expect(studio.getByTestId('node-if')).toBeFocused();
    await add(studio, 'Write to log', 'log_2');
    await rename(studio, 'log_2', 'Say no');
    await fillIn(studio, 'log_2', 'it is false');
    await add(studio, 'Fill template', 'template');
    await fillIn(studio, 'template', 'all done');
    await expect(wires).toHaveCount(4);
  });

  await test.step('connect the other branch by name', async () => {
    await studio.keyboard.press('Alt+ArrowLeft');
    await studio.keyboard.press('Alt+ArrowUp');
    await expect(studio.getByTestId('node-log')).toBeFocused();
    await studio.keyboard.press('c');
    await expect(studio.getByRole('dialog', { name: 'Connect “Say yes”' })).toBeVisible();
    await studio.keyboard.type('Fill');
    await studio.keyboard.press('Enter');
    await expect(studio.getByTestId('announcer')).toHaveText('Connected to Fill template');
    await expect(wires).toHaveCount(5);
  });

  await test.step('one more, from the outline', async () => {
    await studio.keyboard.press('Control+Shift+O');
    const row = studio.getByTestId('outline-template').first();
    await row.focus();
    await studio.keyboard.press('/');
    await studio.keyboard.type('Stop');
    await studio.keyboard.press('Enter');
    await expect(studio.getByTestId('node-stop')).toBeVisible();
    await expect(wires).toHaveCount(6);
  });

  await test.step('run it and hear how it ends', async () => {
    await studio.keyboard.press('F5');
    await expect(studio.getByTestId('announcer')).toHaveText(/^The run completed after/);
    await expect(studio.getByTestId('node-log')).toHaveAttribute('data-state', 'done');
    await expect(studio.getByTestId('node-template')).toHaveAttribute('data-state', 'done');
    await expect(studio.getByTestId('node-log_2')).not.toHaveAttribute('data-state', /./);
  });
});
