import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { textField } from './text-field.ts';

const show = (...operations: string[]) => ({ 'x-show-if': { operation: operations } });

export const change = defineNode({
  type: 'text.change',
  version: 1,
  title: 'Change text',
  category: 'text',
  icon: 'case-sensitive',
  description: 'Changes a text: upper or lower case, trim, pad, shorten, a part of it, without accents and more.',
  synonyms: ['uppercase', 'lowercase', 'trim', 'pad', 'substring', 'capitalize', 'slug', 'reverse', 'truncate'],
  params: z.strictObject({
    text: textField.meta({ title: 'Text', 'x-widget': 'textarea' }),
    operation: z
      .enum([
        'trim',
        'upper',
        'lower',
        'title',
        'capitalize',
        'swapCase',
        'padStart',
        'padEnd',
        'truncate',
        'part',
        'before',
        'after',
        'reverse',
        'repeat',
        'singleSpaces',
        'withoutAccents',
        'slug',
      ])
      .default('trim')
      .meta({ title: 'Operation' }),
    length: z
      .int()
      .min(0)
      .max(100_000)
      .default(10)
      .meta({ title: 'Length', unit: 'characters', ...show('padStart', 'padEnd', 'truncate') }),
    fill: z
      .string()
      .min(1)
      .max(10)
      .default(' ')
      .meta({ title: 'Fill with', ...show('padStart', 'padEnd') }),
    ending: z
      .string()
      .max(10)
      .default('…')
      .meta({ title: 'Ending', ...show('truncate') }),
    start: z
      .int()
      .default(0)
      .meta({ title: 'From', description: 'From 0; negative counts from the end.', ...show('part') }),
    end: z
      .int()
      .optional()
      .meta({ title: 'Up to, not with', ...show('part') }),
    mark: z
      .string()
      .max(1000)
      .default('')
      .meta({ title: 'This text', ...show('before', 'after') }),
    times: z
      .int()
      .min(0)
      .max(1000)
      .default(2)
      .meta({ title: 'Times', ...show('repeat') }),
    locale: z
      .string()
      .max(35)
      .default('en')
      .meta({
        title: 'Language',
        placeholder: 'tr',
        'x-advanced': true,
        ...show('upper', 'lower', 'title', 'capitalize'),
      }),
  }),
  output: z.object({ text: z.string(), length: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'Capitals', params: { text: 'ab-12', operation: 'upper' } },
    { title: 'Leading zeros', params: { text: '42', operation: 'padStart', length: 6, fill: '0' } },
  ],
  run(_ctx, params) {
    const text = operations[params.operation](params);
    return { output: { text, length: [...text].length } };
  },
});

interface ChangeParams {
  text: string;
  length: number;
  fill: string;
  ending: string;
  start: number;
  end?: number;
  mark: string;
  times: number;
  locale: string;
}

const operations = {
  trim: ({ text }: ChangeParams) => text.trim(),
  upper: ({ text, locale }: ChangeParams) => text.toLocaleUpperCase(known(locale)),
  lower: ({ text, locale }: ChangeParams) => text.toLocaleLowerCase(known(locale)),
  title: ({ text, locale }: ChangeParams) =>
    text.replaceAll(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu, (word) =>
      capitalized(word.toLocaleLowerCase(known(locale)), locale),
    ),
  capitalize: ({ text, locale }: ChangeParams) => capitalized(text, locale),
  swapCase: ({ text }: ChangeParams) =>
    [...text].map((sign) => (sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase())).join(''),
  padStart: ({ text, length, fill }: ChangeParams) => text.padStart(length, fill),
  padEnd: ({ text, length, fill }: ChangeParams) => text.padEnd(length, fill),
  truncate: ({ text, length, ending }: ChangeParams) => {
    const signs = [...text];
    if (signs.length <= length) return text;
    return signs.slice(0, Math.max(0, length - [...ending].length)).join('') + ending;
  },
  part: ({ text, start, end }: ChangeParams) => [...text].slice(start, end).join(''),
  before: ({ text, mark }: ChangeParams) =>
    mark !== '' && text.includes(mark) ? text.slice(0, text.indexOf(mark)) : text,
  after: ({ text, mark }: ChangeParams) =>
    mark !== '' && text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : text,
  // By what a person sees as one sign, so that emojis and accents stay whole.
  reverse: ({ text }: ChangeParams) =>
    Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
      .toReversed()
      .join(''),
  repeat: ({ text, times }: ChangeParams) => text.slice(0, Math.floor(16_777_216 / Math.max(1, times))).repeat(times),
  singleSpaces: ({ text }: ChangeParams) => text.replaceAll(/\s+/gu, ' ').trim(),
  withoutAccents: ({ text }: ChangeParams) => withoutAccents(text),
  slug: ({ text }: ChangeParams) =>
    withoutAccents(text)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
};

function capitalized(text: string, locale: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(known(locale)) + rest.join('');
}

function withoutAccents(text: string): string {
  return text
    .replaceAll('ß', 'ss')
    .replaceAll(/[øØ]/g, (sign) => (sign === 'ø' ? 'o' : 'O'))
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
}

/** A language nobody knows falls back to English instead of failing the run. */
function known(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
