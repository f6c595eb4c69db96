import { AppError } from '@casare/shared';
import { z } from 'zod';
import { resolveAddress } from './address.ts';
import { defineBrowserNode } from './define-browser-node.ts';
import { downloadAddress } from './download-address.ts';
import { saveDownload } from './save-download.ts';
import { effectParam, elementOptions, targetParams } from './target.ts';

export const downloadFile = defineBrowserNode({
  type: 'browser.download',
  version: 1,
  title: 'Download a file',
  icon: 'download',
  description: 'Clicks an element and saves the file that the page hands out, or saves what stands at an address.',
  synonyms: ['save file', 'export', 'get file'],
  params: z.strictObject({
    target: targetParams.target.optional().meta({
      title: 'Element',
      description: 'What to click; empty to download the address.',
      placeholder: 'text=Export',
      'x-widget': 'selector',
    }),
    url: z.string().max(10_000).optional().meta({
      title: 'Or address',
      description: 'Downloaded with the sign-in of the browser. Chromium only.',
      placeholder: '/reports/today.pdf',
    }),
    path: z.string().max(1000).optional().meta({
      title: 'Save as',
      description: 'Empty: the name the page suggests. With / at the end: that name in this folder.',
      placeholder: 'report.csv',
      'x-widget': 'file',
    }),
    overwrite: z.boolean().default(true).meta({ title: 'Replace an existing file', 'x-advanced': true }),
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({ path: z.string(), fileName: z.string(), bytes: z.int(), url: z.string() }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'A report', params: { target: 'text=Export', path: 'report.csv' } },
    { title: 'An address', params: { url: '/reports/today.pdf' } },
  ],
  async run(step, params) {
    const page = await step.page();
    if (params.target) {
      const element = await step.element({ ...params, target: params.target });
      const [download] = await Promise.all([page.waitForEvent('download', step.wait), element.click(step.wait)]);
      return { output: await saveDownload(download, params, step) };
    }
    if (!params.url) {
      throw new AppError('PARAMS_INVALID', 'Neither "Element" nor "Or address" is filled in. Say what to download.');
    }
    const { download, tab } = await downloadAddress(page, resolveAddress(params.url, page.url()), step.wait);
    try {
      return { output: await saveDownload(download, params, step) };
    } finally {
      await tab.close().catch(() => undefined);
    }
  },
});
