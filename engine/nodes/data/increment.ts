import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asNumber } from './paths.ts';

export const increment = defineNode({
  type: 'data.increment',
  version: 1,
  title: 'Count up',
  category: 'data',
  icon: 'circle-plus',
  description: 'Adds a number to a variable. A variable without a value counts from 0.',
  synonyms: ['increment', 'decrement', 'counter', 'add', 'plus'],
  params: z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'a letter or _, then letters, digits and _')
      .meta({ title: 'Variable', placeholder: 'counter', 'x-widget': 'variable', 'x-raw': true }),
    by: z.number().default(1).meta({ title: 'Add', description: 'A negative number counts down.' }),
  }),
  output: z.object({ value: z.number() }),
  effect: 'pure',
  examples: [
    { title: 'Count one up', params: { name: 'counter' } },
    { title: 'Count down by 5', params: { name: 'left', by: -5 } },
  ],
  run(ctx, { name, by }) {
    const current = ctx.getVariable(name) ?? 0;
    const number = asNumber(current);
    if (number === undefined) {
      throw new AppError(
        'DATA_FORMAT',
        `The variable "${name}" holds ${Array.isArray(current) ? 'a list' : `a value of type ${typeof current}`}, not a number. Set it to a number first.`,
        { details: { variable: name } },
      );
    }
    const value = number + by;
    ctx.setVariable(name, value);
    return { output: { value } };
  },
});
