import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { effectParam, frameParam, locate, targetParams, timeoutParam } from './target.ts';
import { withinTime } from './time-limit.ts';

export const downloadFile = defineBrowserNode({
  type: 'browser.download',
  version: 1,
  title: 'Download a file',
  icon: 'download',
  description: 'Clicks an element and saves the file that the page hands out.',
  synonyms: ['save file', 'export', 'get file'],
  params: z.strictObject({
    ...targetParams,
    path: z.string().max(1000).optional().meta({
      title: 'Save as',
      description: 'Empty: the name the page suggests. With / at the end: that name in this folder.',
      placeholder: 'report.csv',
      'x-widget': 'file',
    }),
    overwrite: z.boolean().default(true).meta({ title: 'Replace an existing file', 'x-advanced': true }),
    ...effectParam,
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({ path: z.string(), fileName: z.string(), bytes: z.int(), url: z.string() }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [{ title: 'A report', params: { target: 'text=Export', path: 'report.csv' } }],
  async run(step, params) {
    const page = await step.page();
    const [download] = await Promise.all([
      page.waitForEvent('download', step.wait),
      locate(page, params).click(step.wait),
    ]);
    const fileName = safeName(download.suggestedFilename());
    const wanted = params.path === undefined || params.path === '' ? fileName : params.path;
    const path = /[\\/]$/.test(wanted) ? wanted + fileName : wanted;
    try {
      const saving = download
        .createReadStream()
        .then((content) =>
          step.ctx.files.write(path, content, { overwrite: params.overwrite, signal: step.wait.signal }),
        );
      const written = await withinTime(saving, params.timeoutMs, `The download of "${fileName}"`);
      return { output: { path: written.path, fileName, bytes: written.size, url: download.url() } };
    } catch (error) {
      void download.cancel().catch(() => undefined);
      if (error instanceof AppError) throw error;
      throw new AppError('NODE_FAILED', `The download of "${fileName}" was broken off.`, {
        retryable: true,
        details: { url: download.url() },
        cause: error,
      });
    }
  },
});

/** The site chooses this name: nothing of it may lead to another folder or a device. */
function safeName(suggested: string): string {
  const name = suggested
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
    .slice(0, 200);
  return name === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `download-${name}` : name;
}
