import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { dateField, readDate, zoneField } from './instants.ts';
import { languageField, loadLanguage } from './languages.ts';
import { wallOf } from './zones.ts';

export const format = defineNode({
  type: 'dates.format',
  version: 1,
  title: 'Write date',
  category: 'dates',
  icon: 'calendar-cog',
  description: 'Writes a date as text in the form, language and time zone you choose.',
  synonyms: ['format date', 'date to text'],
  params: z.strictObject({
    date: dateField.meta({ 'x-widget': 'text', title: 'Date', placeholder: '${steps.now.output.iso}' }),
    format: z.string().min(1).max(100).default('yyyy-MM-dd').meta({
      title: 'Form',
      placeholder: "EEEE, d MMMM yyyy 'at' HH:mm",
      description: 'yyyy year, MM month, dd day, HH hour, mm minute, EEEE weekday.',
    }),
    timeZone: zoneField.meta({ title: 'Time zone', placeholder: 'Europe/Oslo' }),
    language: languageField.meta({ title: 'Language' }),
  }),
  output: z.object({ text: z.string() }),
  effect: 'pure',
  examples: [{ title: 'For a letter', params: { date: '2026-03-01', format: 'd MMMM yyyy', language: 'fr' } }],
  async run(_ctx, { date, format: pattern, timeZone, language }) {
    const { format: writePattern } = await import('./calendar.ts');
    const wall = wallOf(readDate(date, timeZone), timeZone);
    const locale = await loadLanguage(language);
    try {
      return { output: { text: writePattern(wall, pattern, { locale }) } };
    } catch (error) {
      throw new AppError(
        'PARAMS_INVALID',
        `The form "${pattern}" cannot be used: ${(error as Error).message}. Put plain words between apostrophes.`,
        { cause: error },
      );
    }
  },
});
