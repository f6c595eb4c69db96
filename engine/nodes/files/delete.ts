import { AppError } from '@casare/shared';
import { lstat, rm } from 'node:fs/promises';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileError } from '../../resources/file-errors.ts';
import { fileField } from './path-field.ts';

export const deleteFile = defineNode({
  type: 'files.delete',
  version: 1,
  title: 'Delete file or folder',
  category: 'files',
  icon: 'trash-2',
  description: 'Deletes a file, a link, or a folder. It is gone at once, there is no bin.',
  synonyms: ['remove', 'erase', 'clean up'],
  params: z.strictObject({
    path: fileField('File or folder', 'temp/letter.txt'),
    recursive: z.boolean().default(false).meta({ title: 'Folders with everything in them' }),
    ignoreMissing: z.boolean().default(true).meta({ title: 'No error when it is not there' }),
  }),
  output: z.object({ deleted: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'One file', params: { path: 'temp/letter.txt' } }],
  async run(ctx, { path, recursive, ignoreMissing }) {
    const target = await ctx.files.locate(path);
    if (target === ctx.files.folder)
      throw new AppError('FILE_ACCESS', 'The folder of the run itself cannot be deleted. Delete what stands in it.');
    try {
      const isFolder = (await lstat(target)).isDirectory();
      if (isFolder && !recursive)
        throw new AppError(
          'FILE_ACCESS',
          `"${path}" is a folder. Allow folders with everything in them, or name a file.`,
        );
      await ctx.checkpoint({ target });
      ctx.signal.throwIfAborted();
      await rm(target, { recursive, maxRetries: 3 });
      return { output: { deleted: true } };
    } catch (error) {
      const failure = fileError(error, path);
      const isMissing = failure instanceof AppError && failure.code === 'FILE_NOT_FOUND';
      // After a crash the missing file is the one this step deleted.
      if (isMissing && (ignoreMissing || ctx.resumed !== undefined))
        return { output: { deleted: ctx.resumed !== undefined } };
      throw failure;
    }
  },
});
