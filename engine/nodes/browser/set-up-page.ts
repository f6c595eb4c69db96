import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { PageSetup } from '../../resources/page-setup.ts';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';

const advanced = { 'x-advanced': true };
const unchanged = 'Empty leaves it as it is.';

export const setUpPages = defineBrowserNode({
  type: 'browser.emulate',
  version: 1,
  title: 'Set up pages',
  icon: 'settings-2',
  description:
    'What pages are told from now on: place, permissions, size, colours, headers, and whether there is a network.',
  synonyms: ['geolocation', 'permissions', 'offline', 'viewport', 'emulate', 'dark mode', 'mobile'],
  params: z.strictObject({
    latitude: z.number().min(-90).max(90).optional().meta({ title: 'Latitude', description: unchanged }),
    longitude: z.number().min(-180).max(180).optional().meta({ title: 'Longitude', description: unchanged }),
    permissions: z.array(z.string().max(100)).max(30).optional().meta({
      title: 'Permissions',
      description:
        'All that are granted: geolocation, notifications, clipboard-read, camera … An empty list takes all away.',
      'x-widget': 'list',
    }),
    network: z
      .enum(['unchanged', 'online', 'offline'])
      .default('unchanged')
      .meta({ title: 'Network', description: unchanged }),
    width: z.int().min(100).max(10_000).optional().meta({ title: 'Width', unit: 'px', description: unchanged }),
    height: z.int().min(100).max(10_000).optional().meta({ title: 'Height', unit: 'px', description: unchanged }),
    colorScheme: z
      .enum(['unchanged', 'light', 'dark', 'no-preference'])
      .default('unchanged')
      .meta({ title: 'Colours', ...advanced }),
    media: z
      .enum(['unchanged', 'screen', 'print'])
      .default('unchanged')
      .meta({ title: 'As on', description: 'Print shows the page as it would be printed.', ...advanced }),
    reducedMotion: z
      .enum(['unchanged', 'reduce', 'no-preference'])
      .default('unchanged')
      .meta({ title: 'Motion', ...advanced }),
    headers: z
      .record(z.string().max(200), z.string().max(10_000))
      .optional()
      .meta({
        title: 'Headers',
        description: 'Sent with every request to every site; never put a password here.',
        'x-widget': 'keyvalue',
        ...advanced,
      }),
    ...timeoutParam,
  }),
  output: z.object({}),
  effect: 'idempotent',
  examples: [
    { title: 'In Berlin', params: { latitude: 52.52, longitude: 13.405, permissions: ['geolocation'] } },
    { title: 'As a phone', params: { width: 390, height: 844 } },
  ],
  async run(step, params) {
    const page = await step.page();
    const { latitude, longitude, width, height } = params;
    if ((latitude === undefined) !== (longitude === undefined)) {
      throw new AppError('PARAMS_INVALID', '"Latitude" and "Longitude" belong together. Fill in both.');
    }
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    const change: PageSetup = {
      ...(latitude === undefined || longitude === undefined ? {} : { geolocation: { latitude, longitude } }),
      ...(params.permissions ? { permissions: params.permissions } : {}),
      ...(params.network === 'unchanged' ? {} : { offline: params.network === 'offline' }),
      ...(width === undefined && height === undefined
        ? {}
        : { viewport: { width: width ?? size.width, height: height ?? size.height } }),
      ...(params.colorScheme === 'unchanged' ? {} : { colorScheme: params.colorScheme }),
      ...(params.media === 'unchanged' ? {} : { media: params.media }),
      ...(params.reducedMotion === 'unchanged' ? {} : { reducedMotion: params.reducedMotion }),
      ...(params.headers ? { headers: params.headers } : {}),
    };
    await step.browser.extras.setUp(change);
    return { output: {} };
  },
});
