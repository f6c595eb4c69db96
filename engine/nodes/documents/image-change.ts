import { AppError } from '@casare/shared';
import { extname } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { type ImageFormat, imageFormats } from '../../formats/image/change.ts';
import { fileField, overwriteField } from './fields.ts';
import { loadFile, optionsOf, sizeLimits } from './files.ts';

const side = z.int().min(1).max(16_384).optional();
const edge = (title: string) => z.int().min(0).max(100_000).optional().meta({ title, unit: 'px', 'x-advanced': true });

export const imageChange = defineNode({
  type: 'image.change',
  version: 1,
  title: 'Change picture',
  category: 'documents',
  icon: 'crop',
  description: 'Converts, resizes, crops, turns or compresses a picture.',
  synonyms: ['convert', 'resize', 'crop', 'rotate', 'compress', 'thumbnail', 'png', 'jpeg', 'webp', 'tiff'],
  params: z.strictObject({
    path: fileField('Picture', 'input/photo.jpg'),
    target: fileField('Save as', 'output/photo.png'),
    format: z
      .enum(['auto', ...imageFormats])
      .default('auto')
      .meta({ title: 'Format', description: 'auto: by the ending of the new name.' }),
    quality: z
      .int()
      .min(1)
      .max(100)
      .default(85)
      .meta({ title: 'Quality', unit: '%', description: 'Lower is smaller. PNG below 100 has at most 256 colours.' }),
    width: side.meta({ title: 'Width', unit: 'px' }),
    height: side.meta({ title: 'Height', unit: 'px' }),
    fit: z.enum(['inside', 'cover', 'contain', 'fill']).default('inside').meta({
      title: 'Fit',
      description: 'inside: no larger than this; cover: cut to fill; contain: with edges; fill: stretched.',
      'x-advanced': true,
    }),
    enlarge: z.boolean().default(false).meta({ title: 'Also make smaller ones larger', 'x-advanced': true }),
    cropLeft: edge('Keep from left'),
    cropTop: edge('Keep from top'),
    cropWidth: side.meta({ title: 'Keep width', unit: 'px', 'x-advanced': true }),
    cropHeight: side.meta({ title: 'Keep height', unit: 'px', 'x-advanced': true }),
    rotate: z.number().min(-360).max(360).default(0).meta({ title: 'Turn by', unit: '°' }),
    flip: z.enum(['none', 'horizontal', 'vertical']).default('none').meta({ title: 'Mirror', 'x-advanced': true }),
    grayscale: z.boolean().default(false).meta({ title: 'Grey', 'x-advanced': true }),
    background: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'a colour like #FFFFFF')
      .default('#FFFFFF')
      .meta({
        title: 'Background',
        description: 'For new edges, and for what is transparent in JPEG.',
        'x-advanced': true,
      }),
    keepMetadata: z
      .boolean()
      .default(false)
      .meta({ title: 'Keep camera data', description: 'Place, time and camera of a photo.', 'x-advanced': true }),
    overwrite: overwriteField,
  }),
  output: z.object({
    path: z.string(),
    size: z.int(),
    width: z.int(),
    height: z.int(),
    format: z.string(),
    before: z.int(),
  }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [
    {
      title: 'A smaller JPEG',
      params: { path: 'input/photo.png', target: 'output/photo.jpg', width: 1200, quality: 80 },
    },
    {
      title: 'A quarter turn',
      params: { path: 'input/scan.png', target: 'output/scan.png', rotate: 90, quality: 100 },
    },
  ],
  async run(ctx, { path, target, format, cropLeft, cropTop, cropWidth, cropHeight, overwrite, ...params }) {
    const source = await loadFile(ctx, path, sizeLimits.image);
    const crop =
      cropWidth === undefined || cropHeight === undefined
        ? undefined
        : { left: cropLeft ?? 0, top: cropTop ?? 0, width: cropWidth, height: cropHeight };
    if (!crop && [cropLeft, cropTop, cropWidth, cropHeight].some((one) => one !== undefined))
      throw new AppError('PARAMS_INVALID', 'To crop, give the width and the height to keep.');
    const before = source.bytes.byteLength;
    const input = {
      ...source,
      ...params,
      format: format === 'auto' ? formatOf(target) : format,
      ...(crop && { crop }),
    };
    const { bytes, ...output } = await ctx.documents.run('changeImage', input, optionsOf(ctx));
    return {
      output: { ...(await ctx.files.write(target, bytes, { overwrite, signal: ctx.signal })), ...output, before },
    };
  },
});

function formatOf(path: string): ImageFormat {
  const ending = extname(path).slice(1).toLowerCase();
  const format = ending === 'jpg' ? 'jpeg' : ending === 'tif' ? 'tiff' : ending;
  if ((imageFormats as readonly string[]).includes(format)) return format as ImageFormat;
  throw new AppError(
    'PARAMS_INVALID',
    `No picture format has the ending "${ending}". Choose the format, or one of: ${imageFormats.join(', ')}.`,
  );
}
