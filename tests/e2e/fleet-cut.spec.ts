import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { jobSchema } from '@casare/shared';
import { startChild } from '../../build/child.ts';
import { startLocalFleet } from '../../build/local-fleet.ts';
import { root } from '../../build/run-tool.ts';
import { startEffectLedger } from '../support/effect-ledger.ts';
import { startCuttableProxy } from './cuttable-proxy.ts';
import { expect, type Product, SHORT_TIMING, test } from './fixtures.ts';
import { connectWith, expectLive, openFleet } from './fleet-pages.ts';
import { needsMainframe, placeOne, publish, submit } from './fleet-workflows.ts';

/** A second orchestrator on the same database, so that jobs go on while it is away. */
function startSecond({ fleet }: Product, port: number, folder: string) {
  return startLocalFleet({
    dataFolder: folder,
    port,
    databaseUrl: fleet.databaseUrl,
    logLevel: 'silent',
    timing: SHORT_TIMING,
    keys: { adminKey: fleet.adminKey, robotKey: fleet.robotKey },
  });
}

/** What a reload would take away. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { notReloaded: true }));
const isMarked = (page: Page) => page.evaluate(() => 'notReloaded' in window);

test('a page that is cut off turns grey and comes back by itself without a missing event', async ({
  context,
  product,
}) => {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'casare-cut-'));
  started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const ledger = started.use(await startEffectLedger());
  let second = await startSecond(product, 0, folder);
  started.defer(() => second.stop());
  const port = Number(new URL(second.orchestratorUrl).port);
  const wire = started.use(await startCuttableProxy(second.orchestratorUrl));
  const { child: host, ready: studioUrl } = await startChild(join(root, 'electron', 'host', 'main.ts'), {
    env: {
      STUDIO_PORT: '0',
      STUDIO_DIST: join(root, 'studio', 'dist'),
      STUDIO_DATA: join(folder, 'studio'),
      STUDIO_WORKFLOWS: join(folder, 'workflows'),
      STUDIO_EXAMPLES: join(root, 'examples'),
      ORCHESTRATOR_URL: wire.url,
      ORCHESTRATOR_API_KEY: product.fleet.adminKey,
    },
    readyMs: 30_000,
  });
  started.defer(() => host.stop(3000));

  const web = await context.newPage();
  await web.goto(wire.url);
  await connectWith(web, product.fleet.adminKey);
  const studio = await context.newPage();
  await studio.goto(String(studioUrl));
  const pages = [web, studio];
  const workflowId = await publish(product, placeOne('Seen again'));
  const waitingId = await publish(product, needsMainframe('Cancelled unseen'));
  for (const page of pages) {
    await openFleet(page, 'Jobs');
    await expectLive(page);
    await mark(page);
  }

  const ways = [
    {
      name: 'the orchestrator stops and starts',
      cut: () => second.stop(),
      mend: async () => {
        second = await startSecond(product, port, folder);
      },
    },
    {
      name: 'the network fails',
      cut: async () => wire.cut(),
      mend: async () => wire.mend(),
    },
  ];
  for (const [round, { name, cut, mend }] of ways.entries()) {
    await test.step(name, async () => {
      const [waiting] = await submit(product, [{ workflowId: waitingId, reference: `round ${round}` }]);
      const known = (page: Page) => page.getByRole('row').filter({ hasText: `round ${round}` });
      for (const page of pages) await expect(known(page)).toContainText('Pending');

      await cut();
      for (const page of pages) {
        await expect(page.locator('[data-stale]')).toBeVisible();
        await expect(page.getByText(/^data from \d\d:\d\d:\d\d$/)).toBeVisible();
        await expect(page.getByTestId('fleet-live')).toHaveAttribute('data-state', 'reconnecting');
      }
      const missed = await submit(
        product,
        [1, 2, 3].map((n) => ({ workflowId, input: { ledger: ledger.url, n }, reference: `missed ${round}-${n}` })),
      );
      await product.client.call('POST', `/jobs/${waiting?.id}/cancel`, jobSchema, {});
      for (const job of missed) await product.client.wait(job.id, 20);
      await mend();

      for (const page of pages) {
        await expectLive(page, 20_000);
        await expect(page.locator('[data-stale]')).toHaveCount(0);
        await expect(known(page)).toContainText('Cancelled');
        const rows = page.getByRole('row').filter({ hasText: `missed ${round}-` });
        await expect(rows.filter({ hasText: 'Completed' })).toHaveCount(3);
        expect(await isMarked(page), 'the page was loaded again').toBe(true);
      }
    });
  }
});
