import { AppError } from '@casare/shared';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileError } from '../../resources/file-errors.ts';
import { copyTree, targetOf } from './copy-tree.ts';
import { fileField, overwriteField } from './path-field.ts';

export const move = defineNode({
  type: 'files.move',
  version: 1,
  title: 'Move or rename',
  category: 'files',
  icon: 'file-symlink',
  description: 'Moves a file or folder to another place or gives it another name.',
  synonyms: ['rename', 'archive', 'cut'],
  params: z.strictObject({
    from: fileField('From', 'input/letter.txt'),
    to: fileField('To', 'done/letter.txt'),
    overwrite: overwriteField(false),
  }),
  output: z.object({ path: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'Into a folder', params: { from: 'input/letter.txt', to: 'done/' } }],
  async run(ctx, { from, to, overwrite }) {
    const kept = z.object({ target: z.string() }).safeParse(ctx.resumed);
    if (
      kept.success &&
      !(await exists(await ctx.files.locate(from))) &&
      (await exists(await ctx.files.locate(kept.data.target)))
    )
      return { output: { path: kept.data.target } };
    const source = await ctx.files.readable(from);
    const isFolder = (await stat(source)).isDirectory();
    const target = await targetOf(ctx, source, to);
    if (await exists(target)) {
      if (!overwrite || isFolder)
        throw new AppError(
          'FILE_EXISTS',
          `"${to}" exists already. Choose another name${isFolder ? '' : ' or allow overwriting'}.`,
          { details: { path: target } },
        );
    }
    if (!isFolder) await ctx.files.writable(target, { overwrite });
    // A run that ends between the move and its record finds here that nothing is left to do.
    await ctx.checkpoint({ target });
    ctx.signal.throwIfAborted();
    try {
      await mkdir(dirname(target), { recursive: true });
      await rename(source, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw fileError(error, from);
      await copyTree(ctx, source, target, overwrite);
      await rm(source, { recursive: true });
    }
    return { output: { path: target } };
  },
});

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
