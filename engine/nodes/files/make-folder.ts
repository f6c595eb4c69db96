import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { fileError } from '../../resources/file-errors.ts';
import { folderField } from './path-field.ts';

export const makeFolder = defineNode({
  type: 'files.makeFolder',
  version: 1,
  title: 'Make folder',
  category: 'files',
  icon: 'folder-plus',
  description: 'Makes a folder with all folders above it. One that is there already is fine.',
  synonyms: ['create directory', 'mkdir'],
  params: z.strictObject({ path: folderField('Folder', 'output/2026') }),
  output: z.object({ path: z.string(), created: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'A folder for a year', params: { path: 'output/2026' } }],
  async run(ctx, { path }) {
    const folder = await ctx.files.locate(path);
    // A file inside must be allowed too: the folder may be a link that leads out.
    await ctx.files.locate(join(folder, 'file'));
    try {
      const existed = (await stat(folder).catch(() => undefined)) !== undefined;
      await mkdir(folder, { recursive: true });
      return { output: { path: folder, created: !existed } };
    } catch (error) {
      throw fileError(error, path);
    }
  },
});
