import { AppError } from '@casare/shared';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { archiveLimits } from '../../formats/archive/check-archive.ts';
import { fileField, overwriteField } from './path-field.ts';

export const gzip = defineNode({
  type: 'files.gzip',
  version: 1,
  title: 'Gzip file',
  category: 'files',
  icon: 'archive',
  description: 'Packs one file as .gz, or unpacks one. Files made to blow up are refused.',
  synonyms: ['compress', 'gunzip', 'decompress', 'gz'],
  params: z.strictObject({
    path: fileField('File', 'output/log.txt'),
    operation: z.enum(['compress', 'decompress']).default('compress').meta({ title: 'Do' }),
    target: z
      .string()
      .max(4096)
      .default('')
      .meta({ title: 'Save as', description: 'Empty: the same name with or without .gz.', 'x-widget': 'file' }),
    overwrite: overwriteField(true),
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'A log', params: { path: 'output/log.txt' } }],
  async run(ctx, { path, operation, target, overwrite }) {
    const isPacking = operation === 'compress';
    const name = target || (isPacking ? `${path}.gz` : path.replace(/\.gz$/i, ''));
    if (name === path)
      throw new AppError(
        'PARAMS_INVALID',
        `"${path}" does not end in .gz, so the unpacked file needs a name. Give it under "Save as".`,
      );
    const handle = await ctx.files.open(path);
    try {
      const { size } = await handle.stat();
      const source = handle.createReadStream({ signal: ctx.signal, autoClose: false });
      const through = isPacking ? createGzip() : createGunzip();
      pipeline(source as unknown as Readable, through, () => undefined);
      const content = isPacking ? through : bounded(through, size, path);
      return {
        output: await ctx.files.write(name, content as AsyncIterable<Uint8Array>, { overwrite, signal: ctx.signal }),
      };
    } finally {
      await handle.close();
    }
  },
});

async function* bounded(
  source: AsyncIterable<unknown>,
  packed: number,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > archiveLimits.bytes || size > packed * archiveLimits.ratio + archiveLimits.freeBytes)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `"${path}" was not unpacked: it is more than ${archiveLimits.ratio} times larger than itself, or than 1 GiB. If you trust it, unpack it by hand.`,
          {
            details: { path },
          },
        );
      yield chunk;
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new AppError('DATA_FORMAT', `"${path}" is no gzip file, or it is damaged. Get it anew.`, {
      details: { path },
      cause: error,
    });
  }
}
