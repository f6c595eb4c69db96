import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { chromiumFlags, runsAsRoot } from '../engine/resources/chromium-flags.ts';
import { findBrowser } from '../engine/resources/find-browser.ts';
import { startSites } from '../examples/serve-sites.ts';
import { startLocalFleet } from './local-fleet.ts';
import { createFleetClient, exampleFile } from './run-example.ts';
import { root } from './run-tool.ts';
import { ensureStudioBuild } from './studio-build.ts';

/** `node build/screenshots.ts`: the pictures of the documentation, taken from the product as it runs. */
const images = join(root, 'docs', 'images');
const SIZE = { width: 1440, height: 900 };

const browser = findBrowser();
if (!browser) throw new Error('No Chromium, Chrome or Edge was found. Set CASARE_BROWSER.');
await mkdir(images, { recursive: true });
console.log(await ensureStudioBuild());
const folder = await mkdtemp(join(tmpdir(), 'casare-screenshots-'));
// PostgreSQL runs as another user where this runs as root.
await chmod(folder, 0o755);
const sites = await startSites();
const fleet = await startLocalFleet({ dataFolder: folder, port: 0, logLevel: 'error' });
const chrome = await chromium.launch({
  executablePath: browser.executablePath,
  chromiumSandbox: !runsAsRoot(),
  args: chromiumFlags(runsAsRoot()),
});
try {
  const studio = await fleet.startStudio({
    port: 0,
    dataFolder: join(folder, 'studio'),
    workflowsFolder: join(folder, 'workflows'),
  });
  for (const name of ['warehouse', 'office'])
    await fleet.startRobot({ name, dataFolder: join(folder, 'robots', name), maxJobs: 2 });
  const page = await chrome.newPage({ viewport: SIZE, colorScheme: 'dark', locale: 'en-GB' });
  await page.goto(studio.url);
  await takeStudio(page);
  await takeFleet(page, studio.url);
} finally {
  await chrome.close();
  await fleet.stop();
  await sites.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The order loop after a run, with the data of the step that places an order. */
async function takeStudio(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('dialog').getByText('Order loop', { exact: true }).click();
  await page.getByTestId('node-start').waitFor();
  await page.keyboard.press('F5');
  await page.getByRole('textbox', { name: 'site' }).fill(sites.url);
  await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
  await page.locator('[data-testid=run-state][data-status=completed]').waitFor();
  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByTestId('outline-order').click();
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.getByRole('region', { name: 'Output' }).getByText('orderId').first().waitFor();
  // The canvas gets the room of the outline.
  await page.keyboard.press('Control+b');
  await page.getByRole('button', { name: 'Fit to view' }).click();
  await settled(page);
  await page.screenshot({ path: join(images, 'studio.png') });
}

/** The jobs of a fleet that has worked a little. */
async function takeFleet(page: Page, url: string): Promise<void> {
  const client = createFleetClient(fleet.orchestratorUrl, fleet.adminKey);
  const orders = await client.publish(exampleFile('order-loop'));
  const report = await client.publish(exampleFile('files-report'));
  const jobs = [];
  for (let i = 0; i < 8; i++) {
    jobs.push(await client.submit(orders, { site: sites.url }));
    jobs.push(await client.submit(report, {}));
  }
  for (const job of jobs) await client.wait(job.id, 60);
  await page.goto(`${url}/#/fleet/jobs`);
  await page.getByRole('row').filter({ hasText: 'Files report' }).first().waitFor();
  await settled(page);
  await page.screenshot({ path: join(images, 'fleet.png') });
}

/** Fonts are there, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  await page.mouse.move(700, 5);
  await page.waitForFunction(async () => {
    await document.fonts.ready;
    const before = document.querySelector('.react-flow__viewport')?.getAttribute('style');
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    const moving = document.getAnimations().some((animation) => animation.playState === 'running');
    return !moving && document.querySelector('.react-flow__viewport')?.getAttribute('style') === before;
  });
}
