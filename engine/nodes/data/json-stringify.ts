import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const jsonStringify = defineNode({
  type: 'data.jsonStringify',
  version: 1,
  title: 'Write JSON',
  category: 'data',
  icon: 'brackets',
  description: 'Turns data into JSON text.',
  synonyms: ['stringify', 'encode', 'serialize', 'to json'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Value', 'x-widget': 'json' }),
    indent: z.int().min(0).max(10).default(0).meta({ title: 'Indent', unit: 'spaces' }),
    sortKeys: z.boolean().default(false).meta({ title: 'Sort keys', 'x-advanced': true }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [{ title: 'For reading', params: { value: { name: 'Ada' }, indent: 2 } }],
  run(_ctx, { value, indent, sortKeys }) {
    return { output: { text: JSON.stringify(sortKeys ? sorted(value) : (value ?? null), null, indent) } };
  },
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
