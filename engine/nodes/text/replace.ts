import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { textField } from './text-field.ts';

export const replace = defineNode({
  type: 'text.replace',
  version: 1,
  title: 'Replace text',
  category: 'text',
  icon: 'replace',
  description: 'Replaces every (or the first few) occurrences of a text, or of a pattern, by another text.',
  synonyms: ['substitute', 'swap', 'find and replace', 'remove', 'regex replace'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    find: z.string().min(1).max(10_000).meta({ title: 'Find' }),
    replacement: z
      .string()
      .max(1_000_000)
      .default('')
      .meta({ title: 'Replace by', description: 'With a pattern, $1 and $<name> stand for its groups.' }),
    isPattern: z.boolean().default(false).meta({ title: '"Find" is a pattern' }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case' }),
    limit: z.int().min(1).max(1_000_000).optional().meta({ title: 'At most', unit: 'times', 'x-advanced': true }),
  }),
  output: z.object({ text: z.string(), count: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'A word', params: { text: 'red car, red bike', find: 'red', replacement: 'blue' } },
    {
      title: 'A date turned round',
      params: { text: '31.12.2025', find: '(\\d+)\\.(\\d+)\\.(\\d+)', replacement: '$3-$2-$1', isPattern: true },
    },
  ],
  async run(ctx, { text, find, replacement, isPattern, ignoreCase, limit }) {
    const [result] = await ctx.sandbox.runPattern(
      {
        operation: 'replace',
        pattern: isPattern ? find : find.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
        replacement: isPattern ? replacement : replacement.replaceAll('$', '$$$$'),
        flags: ignoreCase ? 'iu' : 'u',
        texts: [text],
        ...(limit === undefined ? {} : { limit }),
      },
      ctx.signal,
    );
    return { output: result ?? { text, count: 0 } };
  },
});
