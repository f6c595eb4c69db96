import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { parseJson } from '../../formats/json.ts';
import { valueAt } from './paths.ts';

export const jsonParse = defineNode({
  type: 'data.jsonParse',
  version: 1,
  title: 'Read JSON',
  category: 'data',
  icon: 'file-json',
  description: 'Turns JSON text into data that later steps can use field by field.',
  synonyms: ['parse json', 'decode', 'deserialize'],
  params: z.strictObject({
    text: z
      .string()
      .max(64 * 1024 * 1024)
      .meta({ title: 'JSON text', 'x-widget': 'textarea' }),
    path: z.string().max(500).default('').meta({
      title: 'Part',
      description: 'Way to the part that is wanted; empty gives everything.',
      placeholder: 'items[0].name',
      'x-advanced': true,
    }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'pure',
  examples: [{ title: 'An object', params: { text: '{"name": "Ada"}' } }],
  run: (_ctx, { text, path }) => ({ output: { value: valueAt(parseJson(text, 'The text'), path) ?? null } }),
});
