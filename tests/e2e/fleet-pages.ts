import { expect, type Locator, type Page } from '@playwright/test';

/** How long a person waits for a button to show its effect. */
export const SOON = { timeout: 2000 };

/** By the links, as a person goes; nothing is loaded again. */
export async function openFleet(page: Page, part: string): Promise<void> {
  await page.getByRole('link', { name: 'Fleet' }).click();
  await page.getByRole('navigation', { name: 'Fleet pages' }).getByRole('link', { name: part, exact: true }).click();
}

export const jobPanel = (page: Page): Locator => page.getByRole('region', { name: 'Job', exact: true });

/** The first state shown in a place. */
export const stateOf = (place: Locator): Locator => place.locator('[data-status]').first();

/** From a page that an orchestrator serves. */
export async function connectWith(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: 'Key', exact: true }).click();
  await page.getByLabel('Admin key').fill(key);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

export async function expectLive(page: Page, timeout = 10_000): Promise<void> {
  await expect(page.getByTestId('fleet-live')).toHaveAttribute('data-state', 'live', { timeout });
}
