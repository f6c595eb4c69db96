import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { areaFields, timeoutField } from './fields.ts';
import { areaOf } from './find-place.ts';

export const takeScreenshot = defineNode({
  type: 'desktop.screenshot',
  version: 1,
  title: 'Picture of the screen',
  category: 'desktop',
  icon: 'monitor-down',
  description:
    'Saves a picture of the screen, of a window or of a part, as PNG, JPEG or WebP after the ending of the file.',
  synonyms: ['screenshot', 'capture screen', 'capture window', 'image'],
  params: z.strictObject({
    path: z.string().min(1).max(4096).meta({ title: 'File', 'x-widget': 'file', placeholder: 'output/screen.png' }),
    ...areaFields,
    quality: z.int().min(1).max(100).default(85).meta({ title: 'Quality (JPEG, WebP)', 'x-advanced': true }),
    overwrite: z
      .boolean()
      .default(true)
      .meta({ title: 'Overwrite', description: 'Replace a file that is there already.', 'x-advanced': true }),
    ...timeoutField,
  }),
  output: z.object({ path: z.string(), width: z.int(), height: z.int(), bytes: z.int() }),
  capabilities: ['desktop'],
  effect: 'idempotent',
  examples: [
    { title: 'The whole screen', params: { path: 'output/screen.png' } },
    { title: 'A window', params: { path: 'output/invoices.png', window: 'Invoices' } },
  ],
  async run(ctx, params) {
    const format = formatOf(params.path);
    const area = await areaOf(ctx, params, params.timeoutMs);
    const picture = await ctx.desktop.call('capture', area ? { area } : {}, ctx.signal);
    const { width, height } = picture;
    const input = { picture, format, quality: params.quality };
    const { bytes } = await ctx.documents.run('encodePicture', input, { signal: ctx.signal });
    const { overwrite } = params;
    const written = await ctx.files.write(params.path, bytes, { overwrite, signal: ctx.signal });
    return { output: { path: written.path, width, height, bytes: written.size } };
  },
});

function formatOf(path: string): 'png' | 'jpeg' | 'webp' {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === 'png' || ending === 'webp') return ending;
  if (ending === 'jpg' || ending === 'jpeg') return 'jpeg';
  throw new AppError(
    'PARAMS_INVALID',
    `"${path}" must end in .png, .jpg or .webp, which says how the picture is saved.`,
  );
}
