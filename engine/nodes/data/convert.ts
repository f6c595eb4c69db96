import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText } from './paths.ts';

const yes = new Set(['true', 'yes', 'y', 'on', '1']);
const no = new Set(['false', 'no', 'n', 'off', '0', '']);

export const convert = defineNode({
  type: 'data.convert',
  version: 1,
  title: 'Convert',
  category: 'data',
  icon: 'repeat-2',
  description: 'Turns a value into a number, a whole number, a text, yes/no or a list.',
  synonyms: ['cast', 'parse number', 'to text', 'to number', 'type'],
  params: z.strictObject({
    value: z.unknown().meta({ title: 'Value' }),
    to: z.enum(['number', 'integer', 'text', 'boolean', 'list', 'object']).default('number').meta({ title: 'Into' }),
    decimal: z
      .enum(['.', ','])
      .default('.')
      .meta({
        title: 'Decimal sign',
        description: 'The other sign and spaces then separate thousands.',
        'x-show-if': { to: ['number', 'integer'] },
      }),
    separator: z
      .string()
      .min(1)
      .max(100)
      .default(',')
      .meta({ title: 'Separator', 'x-show-if': { to: ['list'] } }),
    fallback: z.unknown().optional().meta({
      title: 'Instead of an error',
      description: 'Value to give when it cannot be converted.',
      'x-advanced': true,
    }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'pure',
  examples: [
    { title: 'A price', params: { value: '1.234,50 €', to: 'number', decimal: ',' } },
    { title: 'Yes or no', params: { value: 'yes', to: 'boolean' } },
  ],
  run(_ctx, { value, to, decimal, separator, fallback }) {
    const converted = convertTo[to](value, { decimal, separator }) ?? fallback;
    if (converted === undefined) {
      throw new AppError(
        'DATA_FORMAT',
        `"${asText(value).slice(0, 80)}" cannot be turned into ${names[to]}. Correct the value or give one to use instead.`,
        { details: { to } },
      );
    }
    return { output: { value: converted } };
  },
});

const names = {
  number: 'a number',
  integer: 'a whole number',
  text: 'a text',
  boolean: 'yes or no',
  list: 'a list',
  object: 'an object',
};

interface ConvertOptions {
  decimal: '.' | ',';
  separator: string;
}

/** Undefined where the value does not fit. */
const convertTo = {
  number: toNumber,
  integer: (value: unknown, options: ConvertOptions) => {
    const number = toNumber(value, options);
    return number === undefined ? undefined : Math.trunc(number);
  },
  text: (value: unknown) => asText(value),
  boolean: (value: unknown) => {
    if (typeof value === 'boolean') return value;
    const text = asText(value).trim().toLowerCase();
    return yes.has(text) ? true : no.has(text) ? false : undefined;
  },
  list: (value: unknown, { separator }: ConvertOptions) => {
    if (Array.isArray(value)) return value;
    if (value === null || value === undefined || value === '') return [];
    if (typeof value === 'object')
      return Object.entries(value).map(([key, entry]) => ({ key, value: entry as unknown }));
    return asText(value)
      .split(separator)
      .map((part) => part.trim());
  },
  object: (value: unknown) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
    try {
      const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
      return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  },
};

function toNumber(value: unknown, { decimal }: ConvertOptions): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return Number(value);
  const grouping = decimal === '.' ? /[\s,'\u2019]/g : /[\s.'\u2019]/g;
  // Currency signs and a percent sign may stand around the number.
  const text = asText(value)
    .trim()
    .replaceAll(/^[\p{Sc}\s]+|[\p{Sc}%\s]+$/gu, '')
    .replaceAll(grouping, '')
    .replace(decimal, '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
