import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { checkArchive } from '../../formats/archive/check-archive.ts';
import { openArchive } from '../../formats/archive/open-archive.ts';
import { fileField, folderField } from './path-field.ts';
import { matchesPattern } from '../../paths/match-pattern.ts';

export const unzip = defineNode({
  type: 'files.unzip',
  version: 1,
  title: 'Unpack ZIP file',
  category: 'files',
  icon: 'package-open',
  description: 'Unpacks a ZIP file into a folder. Archives that are traps are refused before anything is written.',
  synonyms: ['unzip', 'decompress', 'archive', 'extract'],
  params: z.strictObject({
    path: fileField('ZIP file', 'input/letters.zip'),
    folder: folderField('Into folder', 'input/letters'),
    pattern: z
      .string()
      .min(1)
      .max(1000)
      .default('*')
      .meta({ title: 'Only files like', placeholder: '*.pdf', 'x-advanced': true }),
    overwrite: z
      .boolean()
      .default(true)
      .meta({ title: 'Overwrite', description: 'Replace files that are there already.' }),
  }),
  output: z.object({ folder: z.string(), files: z.array(z.string()), count: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'Everything', params: { path: 'input/letters.zip', folder: 'input/letters' } }],
  async run(ctx, { path, folder, pattern, overwrite }) {
    const root = await ctx.files.locate(folder);
    const archive = await openArchive(await ctx.files.open(path), `"${path}"`);
    const written: string[] = [];
    try {
      const entries = await archive.entries();
      checkArchive(entries, archive.size, `"${path}"`);
      const wanted = entries.filter(({ isFolder, name }) => !isFolder && matchesPattern(name, pattern));
      if (!overwrite) for (const { name } of wanted) await ctx.files.writable(join(root, name), { overwrite });
      for (const [i, entry] of wanted.entries()) {
        ctx.signal.throwIfAborted();
        const target = join(root, entry.name);
        written.push((await ctx.files.write(target, archive.read(entry), { overwrite, signal: ctx.signal })).path);
        ctx.progress((i + 1) / wanted.length, entry.name);
      }
      return { output: { folder: root, files: written, count: written.length } };
    } catch (error) {
      await Promise.all(written.map((file) => rm(file, { force: true })));
      throw error;
    } finally {
      await archive.close();
    }
  },
});
