import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { describeMoment, momentSchema, zoneField } from './instants.ts';

export const now = defineNode({
  type: 'dates.now',
  version: 1,
  title: 'Date and time now',
  category: 'dates',
  icon: 'clock',
  description: 'Gives the current date and time in a time zone.',
  synonyms: ['today', 'timestamp', 'current time', 'clock'],
  params: z.strictObject({
    timeZone: zoneField.meta({ title: 'Time zone', placeholder: 'Europe/Oslo' }),
  }),
  output: momentSchema,
  effect: 'idempotent',
  examples: [{ title: 'In Oslo', params: { timeZone: 'Europe/Oslo' } }],
  run: (ctx, { timeZone }) => ({ output: describeMoment(ctx.now(), timeZone) }),
});
