import { AppError } from '@casare/shared';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { describeFile, fileInfoSchema } from './describe-file.ts';
import { fileField } from './path-field.ts';

export const info = defineNode({
  type: 'files.info',
  version: 1,
  title: 'File information',
  category: 'files',
  icon: 'file-question-mark',
  description: 'Tells whether a file or folder exists, its size and times, and its checksum if you want it.',
  synonyms: ['exists', 'size', 'modified', 'checksum', 'hash', 'stat'],
  params: z.strictObject({
    path: fileField('File or folder', 'input/letter.txt'),
    checksum: z.enum(['none', 'sha256', 'sha1', 'md5']).default('none').meta({ title: 'Checksum', 'x-advanced': true }),
  }),
  output: z.object({ exists: z.boolean(), info: fileInfoSchema.nullable(), checksum: z.string().nullable() }),
  effect: 'idempotent',
  examples: [{ title: 'Is it there?', params: { path: 'input/letter.txt' } }],
  async run(ctx, { path, checksum }) {
    let full: string;
    try {
      full = await ctx.files.readable(path);
    } catch (error) {
      if (error instanceof AppError && error.code === 'FILE_NOT_FOUND')
        return { output: { exists: false, info: null, checksum: null } };
      throw error;
    }
    const described = describeFile(full, await stat(full));
    const sum = checksum === 'none' || !described.isFile ? null : await checksumOf(ctx, path, checksum);
    return { output: { exists: true, info: described, checksum: sum } };
  },
});

async function checksumOf(ctx: NodeContext, path: string, algorithm: string): Promise<string> {
  const handle = await ctx.files.open(path);
  const hash = createHash(algorithm);
  // The stream closes the handle, also when it is left early.
  for await (const chunk of handle.createReadStream({ signal: ctx.signal })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
