import { defineConfig } from '@playwright/test';
import { browserOptions } from './tests/support/browser.ts';

// Electron's binary is fetched on demand, so its tests run only where CASARE_ELECTRON says that it is there.
const electron =
  process.env['CASARE_ELECTRON'] === '1' ? [{ name: 'electron', testMatch: 'electron/**/*.spec.ts' }] : [];

// One worker and no retries: a test that needs a second try is a fault to be found.
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 60_000,
  // Two cores draw a page, run a robot and serve a database at the same time.
  expect: { timeout: 10_000 },
  projects: [{ name: 'studio', testMatch: '**/*.spec.ts', testIgnore: 'electron/**' }, ...electron],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions: browserOptions(),
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
