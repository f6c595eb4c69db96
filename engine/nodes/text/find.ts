import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { textField } from './text-field.ts';

export const find = defineNode({
  type: 'text.find',
  version: 1,
  title: 'Look into text',
  category: 'text',
  icon: 'text-search',
  description: 'Tells whether and where a text contains another, and how many characters, words and lines it has.',
  synonyms: ['contains', 'starts with', 'ends with', 'count words', 'position', 'index of', 'length'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    search: z.string().max(10_000).default('').meta({ title: 'Look for' }),
    ignoreCase: z.boolean().default(false).meta({ title: 'Ignore upper and lower case' }),
  }),
  output: z.object({
    contains: z.boolean(),
    startsWith: z.boolean(),
    endsWith: z.boolean(),
    /** From 0; -1 when it is not there. */
    position: z.int(),
    lastPosition: z.int(),
    count: z.int(),
    characters: z.int(),
    words: z.int(),
    lines: z.int(),
  }),
  effect: 'pure',
  examples: [{ title: 'Is it an error?', params: { text: 'Error: no paper', search: 'error', ignoreCase: true } }],
  run(_ctx, { text, search, ignoreCase }) {
    const [inner, wanted] = ignoreCase ? [text.toLowerCase(), search.toLowerCase()] : [text, search];
    const position = wanted === '' ? -1 : inner.indexOf(wanted);
    return {
      output: {
        contains: position !== -1,
        startsWith: wanted !== '' && inner.startsWith(wanted),
        endsWith: wanted !== '' && inner.endsWith(wanted),
        position,
        lastPosition: wanted === '' ? -1 : inner.lastIndexOf(wanted),
        count: wanted === '' ? 0 : inner.split(wanted).length - 1,
        characters: [...text].length,
        words: text.match(/\S+/gu)?.length ?? 0,
        lines: text === '' ? 0 : text.split(/\r\n|\r|\n/).length,
      },
    };
  },
});
