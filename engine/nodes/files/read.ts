import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { decodeText, readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readBytes } from './read-bytes.ts';

export const read = defineNode({
  type: 'files.read',
  version: 1,
  title: 'Read file',
  category: 'files',
  icon: 'file-input',
  description: 'Reads a file as text, as lines, or as Base64 when it is no text.',
  synonyms: ['open file', 'load', 'text file', 'lines'],
  params: z.strictObject({
    path: fileField('File', 'input/letter.txt'),
    as: z.enum(['text', 'lines', 'base64']).default('text').meta({ title: 'As' }),
    encoding: readEncodingField,
    maxMegabytes: z.int().min(1).max(256).default(64).meta({ title: 'At most', unit: 'MiB', 'x-advanced': true }),
  }),
  output: z.object({ content: z.union([z.string(), z.array(z.string())]), size: z.int(), path: z.string() }),
  effect: 'idempotent',
  examples: [{ title: 'A text', params: { path: 'input/letter.txt' } }],
  async run(ctx, { path, as, encoding, maxMegabytes }) {
    const bytes = await readBytes(ctx, path, maxMegabytes * 1024 * 1024);
    const full = await ctx.files.readable(path);
    if (as === 'base64') return { output: { content: bytes.toString('base64'), size: bytes.byteLength, path: full } };
    const text = decodeText(bytes, encoding, path);
    const lines = () => text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/);
    const content = as === 'text' ? text : text === '' ? [] : lines();
    return { output: { content, size: bytes.byteLength, path: full } };
  },
});
