import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { textField } from './text-field.ts';

export const split = defineNode({
  type: 'text.split',
  version: 1,
  title: 'Split text',
  category: 'text',
  icon: 'scissors',
  description: 'Cuts a text into a list: at a separator, at line ends, at a pattern or every few characters.',
  synonyms: ['explode', 'lines', 'words', 'tokenize'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    by: z.enum(['separator', 'lines', 'words', 'pattern', 'length']).default('separator').meta({ title: 'At' }),
    separator: z
      .string()
      .min(1)
      .max(1000)
      .default(',')
      .meta({ title: 'Separator', 'x-show-if': { by: ['separator'] } }),
    pattern: z
      .string()
      .max(2000)
      .default('')
      .meta({ title: 'Pattern', placeholder: '[,;]\\s*', 'x-raw': true, 'x-show-if': { by: ['pattern'] } }),
    length: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .meta({ title: 'Length', unit: 'characters', 'x-show-if': { by: ['length'] } }),
    trim: z.boolean().default(true).meta({ title: 'Remove spaces around each part' }),
    removeEmpty: z.boolean().default(false).meta({ title: 'Leave out empty parts' }),
    limit: z.int().min(1).max(1_000_000).optional().meta({ title: 'At most', unit: 'parts', 'x-advanced': true }),
  }),
  output: z.object({ parts: z.array(z.string()), count: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'At commas', params: { text: 'red, green, blue' } },
    { title: 'Into lines', params: { text: 'one\ntwo', by: 'lines', removeEmpty: true } },
  ],
  async run(ctx, { text, by, separator, pattern, length, trim, removeEmpty, limit }) {
    const cut = {
      separator: () => text.split(separator),
      lines: () => text.split(/\r\n|\r|\n/),
      words: () => text.trim().split(/\s+/),
      pattern: async () =>
        (await ctx.sandbox.runPattern({ operation: 'split', pattern, flags: 'u', texts: [text] }, ctx.signal))[0] ?? [],
      length: () => {
        const signs = [...text];
        return Array.from({ length: Math.ceil(signs.length / length) }, (_none, i) =>
          signs.slice(i * length, (i + 1) * length).join(''),
        );
      },
    };
    const trimmed = (await cut[by]()).map((part) => (trim ? part.trim() : part));
    const kept = removeEmpty ? trimmed.filter((part) => part !== '') : trimmed;
    const parts = limit === undefined ? kept : kept.slice(0, limit);
    return { output: { parts, count: parts.length } };
  },
});
