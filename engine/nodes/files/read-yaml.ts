import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readText } from './read-bytes.ts';

export const readYaml = defineNode({
  type: 'files.readYaml',
  version: 1,
  title: 'Read YAML file',
  category: 'files',
  icon: 'file-braces',
  description: 'Reads a YAML file as data. Files made to blow up are refused.',
  synonyms: ['yml', 'settings', 'load yaml'],
  params: z.strictObject({
    path: fileField('File', 'input/settings.yaml'),
    all: z
      .boolean()
      .default(false)
      .meta({ title: 'Several documents', description: 'Gives a list of all, divided by ---.', 'x-advanced': true }),
    encoding: readEncodingField,
  }),
  output: z.object({ data: z.unknown() }),
  effect: 'idempotent',
  examples: [{ title: 'Settings', params: { path: 'input/settings.yaml' } }],
  async run(ctx, { path, all, encoding }) {
    const text = await readText(ctx, path, encoding, 16 * 1024 * 1024);
    const { value } = await ctx.documents.run('parseYaml', { text, what: `"${path}"`, all }, { signal: ctx.signal });
    return { output: { data: value } };
  },
});
