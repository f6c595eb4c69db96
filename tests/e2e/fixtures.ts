import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { type LocalFleet, startLocalFleet } from '../../build/local-fleet.ts';
import { createFleetClient, type FleetClient } from '../../build/run-example.ts';
import { type Sites, startSites } from '../../examples/serve-sites.ts';

/** The whole product on this machine, as `npm start` brings it up, with folders and ports of its own. */
export interface Product {
  fleet: LocalFleet;
  client: FleetClient;
  /** Where the studio answers. */
  url: string;
  /** Where the example sites answer. */
  sites: Sites;
  robotFolder(name: string): string;
  /** Where the studio keeps its workflows: a test may be the other program that writes there. */
  workflowsFolder: string;
  /** The studio forgets what was open, so that a test begins with nothing. */
  forgetSession(): Promise<void>;
}

/** A robot that was killed is missed after seconds, not minutes. */
export const SHORT_TIMING = {
  leaseSeconds: 12,
  heartbeatSeconds: 0.5,
  lostSeconds: 6,
  takeoverSeconds: 5,
  reapSeconds: 0.25,
};

export const test = base.extend<{ studio: Page }, { product: Product }>({
  product: [
    // Playwright reads the fixtures a fixture needs from this pattern, so it must be there even when empty.
    // oxlint-disable-next-line eslint/no-empty-pattern
    async ({}, provide) => {
      const folder = await mkdtemp(join(tmpdir(), 'casare-e2e-'));
      await chmod(folder, 0o755);
      const sites = await startSites();
      const fleet = await startLocalFleet({ dataFolder: folder, port: 0, logLevel: 'error', timing: SHORT_TIMING });
      try {
        const { url } = await fleet.startStudio({
          port: 0,
          dataFolder: join(folder, 'studio'),
          workflowsFolder: join(folder, 'workflows'),
          packsFolder: join(folder, 'packs'),
        });
        const robotFolder = (name: string) => join(folder, 'robots', name);
        await fleet.startRobot({ name: 'e2e', dataFolder: robotFolder('e2e'), maxJobs: 2 });
        await provide({
          fleet,
          client: createFleetClient(fleet.orchestratorUrl, fleet.adminKey),
          url,
          sites,
          robotFolder,
          workflowsFolder: join(folder, 'workflows'),
          forgetSession: () => forgetSession(join(folder, 'studio', 'settings.json')),
        });
      } finally {
        await fleet.stop();
        await sites.stop();
        await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      }
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  /** A page with the studio; whatever it logs as an error fails the test. */
  studio: async ({ page, product }, provide) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await product.forgetSession();
    await page.goto(product.url);
    await expect(page.getByTestId('host-connection')).toContainText('connected');
    // The editor is loaded after the frame around it: a key pressed before that would be lost.
    await expect(page.getByRole('button', { name: 'New workflow' })).toBeVisible();
    await provide(page);
    expect(faults, 'errors in the page').toEqual([]);
  },
});

export { expect } from '@playwright/test';

async function forgetSession(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const settings = Object.entries(JSON.parse(text) as Record<string, unknown>);
  await writeFile(file, JSON.stringify(Object.fromEntries(settings.filter(([key]) => !key.startsWith('editor.')))));
}

/** Opens one of the examples in the editor. */
export async function openExample(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+o');
  await page.getByRole('dialog').getByText(name, { exact: true }).click();
  await expect(page.getByTestId('canvas')).toBeVisible();
}
