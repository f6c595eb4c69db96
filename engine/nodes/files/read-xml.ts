import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readText } from './read-bytes.ts';

export const readXml = defineNode({
  type: 'files.readXml',
  version: 1,
  title: 'Read XML file',
  category: 'files',
  icon: 'file-code-2',
  description: 'Reads an XML file as data: elements become fields, attributes fields with an @ before their name.',
  synonyms: ['load xml', 'parse', 'invoice'],
  params: z.strictObject({
    path: fileField('File', 'input/invoice.xml'),
    lists: z.array(z.string().max(200)).max(200).default([]).meta({
      title: 'Always lists',
      description: 'Elements that become a list even where only one is there.',
      'x-widget': 'list',
    }),
    typed: z.boolean().default(false).meta({ title: 'Turn numbers and true/false into values' }),
    encoding: readEncodingField,
  }),
  output: z.object({ data: z.unknown() }),
  effect: 'idempotent',
  examples: [{ title: 'An invoice', params: { path: 'input/invoice.xml', lists: ['line'] } }],
  async run(ctx, { path, lists, typed, encoding }) {
    const text = await readText(ctx, path, encoding, 64 * 1024 * 1024);
    const input = { text, what: `"${path}"`, lists, typed };
    const { value } = await ctx.documents.run('parseXmlText', input, { signal: ctx.signal });
    return { output: { data: value } };
  },
});
