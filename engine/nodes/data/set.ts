import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn } from './paths.ts';

export const set = defineNode({
  type: 'data.set',
  version: 1,
  title: 'Set fields',
  category: 'data',
  icon: 'braces',
  description: 'Builds an object from fields, or adds and replaces fields of another object.',
  synonyms: ['object', 'edit fields', 'create dictionary', 'map', 'rename'],
  params: z.strictObject({
    fields: z
      .record(z.string().max(200), z.unknown())
      .default({})
      .meta({ title: 'Fields', 'x-widget': 'keyvalue', description: 'Name and value of each field.' }),
    base: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ title: 'Start from', description: 'An object whose fields are kept.', placeholder: '${item}' }),
    keep: z.array(z.string().max(200)).max(1000).default([]).meta({
      title: 'Keep only',
      description: 'Fields to keep of it; empty keeps all.',
      'x-widget': 'list',
      'x-advanced': true,
    }),
  }),
  output: z.object({ value: z.record(z.string(), z.unknown()) }),
  effect: 'pure',
  examples: [
    { title: 'A new object', params: { fields: { name: 'Ada', age: 36 } } },
    { title: 'Add a field', params: { base: { name: 'Ada' }, fields: { active: true } } },
  ],
  run(_ctx, { fields, base, keep }) {
    const value: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(base ?? {}))
      if (keep.length === 0 || keep.includes(key)) setOwn(value, key, field);
    for (const [key, field] of Object.entries(fields)) setOwn(value, key, field ?? null);
    return { output: { value } };
  },
});
