import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const yamlParse = defineNode({
  type: 'data.yamlParse',
  version: 1,
  title: 'Read YAML',
  category: 'data',
  icon: 'file-braces',
  description: 'Turns YAML text into data. Texts made to blow up are refused.',
  synonyms: ['parse yaml', 'yml', 'configuration'],
  params: z.strictObject({
    text: z
      .string()
      .max(16 * 1024 * 1024)
      .meta({ title: 'YAML text', 'x-widget': 'textarea' }),
    all: z
      .boolean()
      .default(false)
      .meta({ title: 'Several documents', description: 'Gives a list of all, divided by ---.', 'x-advanced': true }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'pure',
  examples: [{ title: 'Settings', params: { text: 'name: Ada\ntags: [a, b]' } }],
  run: async (ctx, { text, all }) => ({
    output: await ctx.documents.run('parseYaml', { text, what: 'The text', all }, { signal: ctx.signal }),
  }),
});
