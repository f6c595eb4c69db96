import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { textField } from './text-field.ts';

const matchSchema = z.object({
  text: z.string(),
  index: z.int(),
  groups: z.array(z.string().nullable()),
  named: z.record(z.string(), z.string().nullable()),
});

export const regex = defineNode({
  type: 'text.regex',
  version: 1,
  title: 'Find by pattern',
  category: 'text',
  icon: 'regex',
  description: 'Searches a text with a regular expression and gives the matches with their groups.',
  synonyms: ['regex', 'regular expression', 'match', 'extract', 'pattern', 'capture'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    pattern: z
      .string()
      .min(1)
      .max(2000)
      .meta({ title: 'Pattern', placeholder: 'Invoice (?<number>\\d+)', 'x-widget': 'code', 'x-raw': true }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case' }),
    multiline: z.boolean().default(false).meta({ title: '^ and $ match at every line', 'x-advanced': true }),
    dotAll: z.boolean().default(false).meta({ title: '. matches line ends too', 'x-advanced': true }),
    limit: z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most', unit: 'matches', 'x-advanced': true }),
  }),
  output: z.object({
    found: z.boolean(),
    /** The first group of the first match, or the whole match where there is no group. */
    value: z.string().nullable(),
    first: matchSchema.nullable(),
    matches: z.array(matchSchema),
    count: z.int(),
  }),
  effect: 'pure',
  examples: [{ title: 'An invoice number', params: { text: 'Invoice 4711 of May', pattern: 'Invoice (\\d+)' } }],
  async run(ctx, { text, pattern, ignoreCase, multiline, dotAll, limit }) {
    const flags = `u${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`;
    const [matches = []] = await ctx.sandbox.runPattern(
      { operation: 'match', pattern, flags, limit, texts: [text] },
      ctx.signal,
    );
    const first = matches[0] ?? null;
    const value = first && (first.groups.length > 0 ? (first.groups[0] ?? null) : first.text);
    return { output: { found: first !== null, value, first, matches, count: matches.length } };
  },
});
