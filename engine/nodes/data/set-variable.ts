import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

export const setVariable = defineNode({
  type: 'data.setVariable',
  version: 1,
  title: 'Set variable',
  category: 'data',
  icon: 'variable',
  description: 'Gives a variable of the workflow a new value. Later steps read it as vars.<name>.',
  synonyms: ['assign', 'store', 'remember', 'let'],
  params: z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a letter or _, then letters, digits and _')
      .meta({ title: 'Variable', placeholder: 'total', 'x-widget': 'variable', 'x-raw': true }),
    value: z.unknown().meta({ title: 'Value', description: 'Text, a number, a list or an expression.' }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'pure',
  examples: [
    { title: 'A text', params: { name: 'greeting', value: 'Good morning' } },
    { title: 'The result of an earlier step', params: { name: 'orders', value: '${steps.read.output.rows}' } },
  ],
  run(ctx, { name, value }) {
    // An expression without a value gives undefined, which JSON cannot keep.
    const kept = value ?? null;
    ctx.setVariable(name, kept);
    return { output: { value: kept } };
  },
});
