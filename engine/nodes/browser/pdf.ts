import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { withinTime } from './time-limit.ts';

export const savePdf = defineBrowserNode({
  type: 'browser.pdf',
  version: 1,
  title: 'Save page as PDF',
  icon: 'file-text',
  description: 'Prints the current page into a PDF file. Needs Chromium without a window.',
  synonyms: ['print', 'document'],
  params: z.strictObject({
    path: z.string().min(1).max(1000).meta({ title: 'File', placeholder: 'page.pdf', 'x-widget': 'file' }),
    format: z.enum(['A4', 'A3', 'A5', 'Letter', 'Legal']).default('A4').meta({ title: 'Paper' }),
    landscape: z.boolean().default(false).meta({ title: 'Landscape' }),
    background: z.boolean().default(true).meta({ title: 'With backgrounds', 'x-advanced': true }),
    scale: z.number().min(0.1).max(2).default(1).meta({ title: 'Scale', 'x-advanced': true }),
    pages: z
      .string()
      .max(200)
      .regex(/^[\d\s,-]*$/)
      .default('')
      .meta({ title: 'Pages', description: 'Empty: all.', placeholder: '1-3, 5', 'x-advanced': true }),
    marginMm: z.number().min(0).max(100).default(0).meta({ title: 'Margin', unit: 'mm', 'x-advanced': true }),
    overwrite: z.boolean().default(true).meta({ title: 'Replace an existing file', 'x-advanced': true }),
    ...timeoutParam,
  }),
  output: z.object({ path: z.string(), bytes: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'An invoice', params: { path: 'invoice.pdf' } }],
  async run(step, params) {
    const page = await step.page();
    const printing = page.pdf({
      format: params.format,
      landscape: params.landscape,
      printBackground: params.background,
      scale: params.scale,
      ...(params.pages.trim() === '' ? {} : { pageRanges: params.pages }),
      ...(params.marginMm > 0 ? { margin: marginOf(params.marginMm) } : {}),
    });
    const data = await withinTime(printing, params.timeoutMs, 'Printing the page');
    const { path, size } = await step.ctx.files.write(params.path, data, { overwrite: params.overwrite });
    return { output: { path, bytes: size } };
  },
});

function marginOf(mm: number) {
  const side = `${mm}mm`;
  return { top: side, right: side, bottom: side, left: side };
}
