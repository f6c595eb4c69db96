import { z } from 'zod';
import { resolveAddress } from './address.ts';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { visit } from './visit.ts';

const advanced = { 'x-advanced': true };

export const openBrowser = defineBrowserNode({
  type: 'browser.open',
  version: 1,
  title: 'Open browser',
  icon: 'app-window',
  description:
    'Starts a browser with an empty profile for this run and opens a page in it. It closes when the run ends.',
  synonyms: ['launch', 'start', 'chrome', 'edge', 'web'],
  params: z.strictObject({
    url: z.string().max(10_000).optional().meta({ title: 'Address', placeholder: 'https://example.com' }),
    window: z
      .enum(['default', 'hidden', 'visible'])
      .default('default')
      .meta({ title: 'Window', description: 'Default: as the run was started; robots have no window.' }),
    engine: z
      .enum(['chromium', 'firefox', 'webkit'])
      .default('chromium')
      .meta({ title: 'Browser', ...advanced }),
    width: z
      .int()
      .min(100)
      .max(10_000)
      .default(1280)
      .meta({ title: 'Width', unit: 'px', ...advanced }),
    height: z
      .int()
      .min(100)
      .max(10_000)
      .default(800)
      .meta({ title: 'Height', unit: 'px', ...advanced }),
    locale: z
      .string()
      .max(35)
      .optional()
      .meta({ title: 'Language', placeholder: 'en-GB', ...advanced }),
    timezoneId: z
      .string()
      .max(64)
      .optional()
      .meta({ title: 'Time zone', placeholder: 'Europe/Berlin', ...advanced }),
    userAgent: z
      .string()
      .max(1000)
      .optional()
      .meta({ title: 'User agent', ...advanced }),
    colorScheme: z
      .enum(['light', 'dark'])
      .optional()
      .meta({ title: 'Colours', ...advanced }),
    profile: z
      .string()
      .max(1000)
      .optional()
      .meta({
        title: 'Profile folder',
        description:
          'A profile that stays: sign-ins are there again in the next run. Empty: an empty one that goes with the run. One browser at a time.',
        placeholder: 'profiles/shop',
        'x-widget': 'folder',
        ...advanced,
      }),
    attachTo: z
      .string()
      .max(500)
      .optional()
      .meta({
        title: 'Attach to',
        description:
          'A browser of this machine that was started with --remote-debugging-port. The run may do all that its owner may, and any program here could too while that port is open.',
        placeholder: 'http://127.0.0.1:9222',
        ...advanced,
      }),
    slowMoMs: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .meta({ title: 'Pause before actions', unit: 'ms', ...advanced }),
    proxyServer: z
      .string()
      .max(500)
      .optional()
      .meta({ title: 'Proxy', placeholder: 'http://proxy:8080', ...advanced }),
    ignoreHttpsErrors: z
      .boolean()
      .default(false)
      .meta({ title: 'Accept broken certificates', ...advanced }),
    ...timeoutParam,
  }),
  output: z.object({ url: z.string(), title: z.string() }),
  effect: 'idempotent',
  examples: [
    { title: 'An empty page', params: {} },
    { title: 'A site in a visible window', params: { url: 'https://example.com', window: 'visible' } },
  ],
  async run(step, params) {
    const address = params.url ? resolveAddress(params.url, 'about:blank') : undefined;
    const { engine, locale, timezoneId, userAgent, colorScheme, proxyServer, ignoreHttpsErrors } = params;
    const page = await step.browser.open({
      engine,
      viewport: { width: params.width, height: params.height },
      ...(params.window === 'default' ? {} : { headless: params.window === 'hidden' }),
      ...(locale ? { locale } : {}),
      ...(timezoneId ? { timezoneId } : {}),
      ...(userAgent ? { userAgent } : {}),
      ...(colorScheme ? { colorScheme } : {}),
      ...(proxyServer ? { proxyServer } : {}),
      ...(ignoreHttpsErrors ? { ignoreHttpsErrors } : {}),
      ...(params.profile ? { profileFolder: await step.ctx.files.locate(params.profile) } : {}),
      ...(params.attachTo ? { attachTo: params.attachTo } : {}),
      ...(params.slowMoMs ? { slowMoMs: params.slowMoMs } : {}),
    });
    if (address) await visit(page, address, { wait: step.wait });
    return { output: { url: page.url(), title: await page.title() } };
  },
});
