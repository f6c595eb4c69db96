import type { BrowserContext, Page } from 'playwright-core';

/** What the pages of a browser are made to believe. JSON: it is kept with the state of the browser. */
export interface PageSetup {
  geolocation?: { latitude: number; longitude: number; accuracy?: number };
  /** Permissions that are granted, for every site. */
  permissions?: string[];
  offline?: boolean;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark' | 'no-preference';
  media?: 'screen' | 'print';
  reducedMotion?: 'reduce' | 'no-preference';
  /** Headers sent with every request. */
  headers?: Record<string, string>;
}

/** Applies the parts that are there; what is absent stays as it is. */
export async function applySetup(context: BrowserContext, setup: PageSetup): Promise<void> {
  if (setup.permissions) {
    await context.clearPermissions();
    if (setup.permissions.length > 0) await context.grantPermissions(setup.permissions);
  }
  if (setup.geolocation) await context.setGeolocation(setup.geolocation);
  if (setup.offline !== undefined) await context.setOffline(setup.offline);
  if (setup.headers) await context.setExtraHTTPHeaders(setup.headers);
  for (const page of context.pages()) await applyToPage(page, setup);
}

export async function applyToPage(page: Page, setup: PageSetup): Promise<void> {
  if (setup.viewport) await page.setViewportSize(setup.viewport);
  const { colorScheme, media, reducedMotion } = setup;
  if (!colorScheme && !media && !reducedMotion) return;
  await page.emulateMedia({
    ...(colorScheme ? { colorScheme } : {}),
    ...(media ? { media } : {}),
    ...(reducedMotion ? { reducedMotion } : {}),
  });
}
