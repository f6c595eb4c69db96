import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { describeMoment, momentSchema, readDate, zoneField } from './instants.ts';
import { languageField, loadLanguage } from './languages.ts';
import { WallDate } from './wall-date.ts';
import { instantOf, wallOf } from './zones.ts';

export const parse = defineNode({
  type: 'dates.parse',
  version: 1,
  title: 'Read date',
  category: 'dates',
  icon: 'calendar-search',
  description: 'Reads a date out of a text in a form you give, e.g. dd.MM.yyyy.',
  synonyms: ['parse date', 'convert date', 'text to date'],
  params: z.strictObject({
    text: z.string().min(1).max(200).meta({ title: 'Text', placeholder: '31.12.2026' }),
    format: z.string().max(100).default('').meta({
      title: 'Form',
      placeholder: 'dd.MM.yyyy',
      description: 'Empty: 2026-12-31 or 2026-12-31T23:59:00+01:00.',
    }),
    timeZone: zoneField.meta({
      title: 'Time zone',
      description: 'Of texts that name none.',
      placeholder: 'Europe/Oslo',
    }),
    language: languageField.meta({
      title: 'Language',
      description: 'Of names of months and days.',
      'x-advanced': true,
    }),
  }),
  output: momentSchema,
  effect: 'pure',
  examples: [
    { title: 'A German date', params: { text: '31.12.2026', format: 'dd.MM.yyyy', timeZone: 'Europe/Berlin' } },
    { title: 'An ISO date', params: { text: '2026-12-31' } },
  ],
  async run(ctx, { text, format, timeZone, language }) {
    if (format === '') return { output: describeMoment(readDate(text, timeZone), timeZone) };
    const reference = wallOf(ctx.now(), timeZone);
    reference.setHours(0, 0, 0, 0);
    const [locale, { parse: parsePattern }] = await Promise.all([loadLanguage(language), import('./calendar.ts')]);
    let parsed: Date;
    try {
      parsed = parsePattern(text.trim(), format, new WallDate(reference.getTime()), { locale });
    } catch (error) {
      throw new AppError(
        'PARAMS_INVALID',
        `The form "${format}" cannot be used: ${(error as Error).message}. Use letters such as yyyy, MM, dd, HH, mm.`,
        { cause: error },
      );
    }
    if (Number.isNaN(parsed.getTime())) {
      throw new AppError(
        'DATA_FORMAT',
        `"${text.slice(0, 60)}" has not the form "${format}". Check the text and the form.`,
        {
          details: { text: text.slice(0, 200), format },
        },
      );
    }
    // A text that names its own offset gives the instant itself.
    const instant = namesOffset(format) ? parsed.getTime() : instantOf(parsed, timeZone);
    return { output: describeMoment(instant, timeZone) };
  },
});

function namesOffset(format: string): boolean {
  return /[xXtT]/.test(format.replaceAll(/'[^']*'/g, ''));
}
