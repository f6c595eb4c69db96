import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { encodeText, writeEncodingField } from './encodings.ts';
import { fileField, overwriteField } from './path-field.ts';

export const write = defineNode({
  type: 'files.write',
  version: 1,
  title: 'Write file',
  category: 'files',
  icon: 'file-output',
  description:
    'Writes a text, or data from Base64, into a file. Whoever reads it meanwhile sees the old file or the new one, never a half.',
  synonyms: ['save', 'create file', 'store', 'export'],
  params: z.strictObject({
    path: fileField('File', 'output/letter.txt'),
    content: z
      .unknown()
      .meta({ title: 'Content', description: 'A list becomes lines, an object JSON.', 'x-widget': 'textarea' }),
    from: z.enum(['text', 'base64']).default('text').meta({ title: 'Content is' }),
    overwrite: overwriteField(true),
    encoding: writeEncodingField,
  }),
  output: z.object({ path: z.string(), size: z.int() }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'A text', params: { path: 'output/letter.txt', content: 'Good morning' } }],
  async run(ctx, { path, content, from, overwrite, encoding }) {
    const bytes = from === 'base64' ? fromBase64(content) : encodeText(asText(content), encoding);
    return { output: await ctx.files.write(path, bytes, { overwrite, signal: ctx.signal }) };
  },
});

function asText(content: unknown): string {
  if (content === null || content === undefined) return '';
  if (Array.isArray(content) && content.every((line) => typeof line === 'string'))
    return content.map((line) => `${line}\n`).join('');
  return typeof content === 'object' ? JSON.stringify(content, null, 2) : String(content as string | number | boolean);
}

function fromBase64(content: unknown): Uint8Array {
  const plain =
    typeof content === 'string' ? content.replace(/^data:[^,]{0,200};base64,/, '').replaceAll(/\s/g, '') : undefined;
  if (plain === undefined || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain))
    throw new AppError('DATA_FORMAT', 'The content is not Base64. Choose "text", or check the step that gives it.');
  return Buffer.from(plain, 'base64');
}
