import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { frameParam, locate, targetParams, timeoutParam } from './target.ts';

export const takeScreenshot = defineBrowserNode({
  type: 'browser.screenshot',
  version: 1,
  title: 'Take a picture',
  icon: 'camera',
  description: 'Takes a picture of what is seen, of the whole page or of one element, into a file or as data.',
  synonyms: ['screenshot', 'capture', 'image', 'png'],
  params: z.strictObject({
    area: z.enum(['view', 'page', 'element']).default('view').meta({ title: 'Of' }),
    target: targetParams.target
      .optional()
      .meta({ title: 'Element', 'x-widget': 'selector', 'x-show-if': { area: ['element'] } }),
    path: z.string().max(1000).optional().meta({
      title: 'File',
      description: 'Empty: the picture comes as base64 text in "data".',
      placeholder: 'page.png',
      'x-widget': 'file',
    }),
    format: z.enum(['png', 'jpeg']).default('png').meta({ title: 'Format', 'x-advanced': true }),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .meta({ title: 'Quality', 'x-advanced': true, 'x-show-if': { format: ['jpeg'] } }),
    overwrite: z.boolean().default(true).meta({ title: 'Replace an existing file', 'x-advanced': true }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({ path: z.string().nullable(), data: z.string().nullable(), bytes: z.int() }),
  effect: 'idempotent',
  examples: [
    { title: 'The whole page', params: { area: 'page', path: 'page.png' } },
    { title: 'One element', params: { area: 'element', target: '#chart', path: 'chart.png' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const picture = {
      type: params.format,
      animations: 'disabled' as const,
      ...(params.format === 'jpeg' ? { quality: params.quality } : {}),
      ...step.wait,
    };
    const data =
      params.area === 'element'
        ? await locate(page, { target: params.target ?? 'body', frame: params.frame }).screenshot(picture)
        : await page.screenshot({ ...picture, fullPage: params.area === 'page' });
    if (!params.path) return { output: { path: null, data: data.toString('base64'), bytes: data.length } };
    const written = await step.ctx.files.write(params.path, data, { overwrite: params.overwrite });
    return { output: { path: written.path, data: null, bytes: written.size } };
  },
});
