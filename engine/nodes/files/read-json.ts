import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { parseJson } from '../../formats/json.ts';
import { readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readText } from './read-bytes.ts';

export const readJson = defineNode({
  type: 'files.readJson',
  version: 1,
  title: 'Read JSON file',
  category: 'files',
  icon: 'file-json-2',
  description: 'Reads a JSON file as data.',
  synonyms: ['load json', 'parse', 'settings'],
  params: z.strictObject({ path: fileField('File', 'input/order.json'), encoding: readEncodingField }),
  output: z.object({ data: z.unknown() }),
  effect: 'idempotent',
  examples: [{ title: 'An order', params: { path: 'input/order.json' } }],
  async run(ctx, { path, encoding }) {
    const text = await readText(ctx, path, encoding, 64 * 1024 * 1024);
    return { output: { data: parseJson(text, `"${path}"`) } };
  },
});
