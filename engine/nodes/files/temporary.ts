import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const temporary = defineNode({
  type: 'files.temporary',
  version: 1,
  title: 'Temporary path',
  category: 'files',
  icon: 'file-clock',
  description: "Gives a path in the run's folder that nobody else uses, for a file or a folder that goes with the run.",
  synonyms: ['temp file', 'tmp', 'scratch', 'unique name'],
  params: z.strictObject({
    kind: z.enum(['file', 'folder']).default('file').meta({ title: 'For a' }),
    ending: z
      .string()
      .max(20)
      .regex(/^[A-Za-z0-9.]*$/, 'letters, digits and dots only')
      .default('')
      .meta({ title: 'Ending', placeholder: 'csv', 'x-show-if': { kind: ['file'] } }),
  }),
  output: z.object({ path: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'For a table', params: { ending: 'csv' } }],
  async run(ctx, { kind, ending }) {
    const name = kind === 'file' && ending !== '' ? `${randomUUID()}.${ending.replace(/^\.+/, '')}` : randomUUID();
    const path = await ctx.files.writable(join('temp', name));
    if (kind === 'folder') await mkdir(path, { recursive: true });
    return { output: { path } };
  },
});
