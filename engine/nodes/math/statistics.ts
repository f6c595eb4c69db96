import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

const numberOrNull = z.number().nullable();

export const statistics = defineNode({
  type: 'math.statistics',
  version: 1,
  title: 'Statistics',
  category: 'math',
  icon: 'chart-column',
  description: 'Sum, mean, median, smallest, largest, spread and a percentile of a list of numbers.',
  synonyms: ['average', 'mean', 'median', 'standard deviation', 'percentile', 'sum', 'mode'],
  params: z.strictObject({
    values: z
      .array(z.unknown())
      .max(1_000_000)
      .meta({ title: 'Values', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    field: z
      .string()
      .max(200)
      .default('')
      .meta({ title: 'Field', description: 'Field of each item; empty takes the item itself.' }),
    percentile: z.number().min(0).max(100).default(95).meta({ title: 'Percentile', unit: '%', 'x-advanced': true }),
    ignoreOthers: z.boolean().default(false).meta({ title: 'Leave out what is no number', 'x-advanced': true }),
  }),
  output: z.object({
    count: z.int(),
    sum: z.number(),
    mean: numberOrNull,
    median: numberOrNull,
    min: numberOrNull,
    max: numberOrNull,
    range: numberOrNull,
    variance: numberOrNull,
    deviation: numberOrNull,
    percentile: numberOrNull,
    mode: numberOrNull,
  }),
  effect: 'pure',
  examples: [{ title: 'Of a column', params: { values: [{ total: 3 }, { total: 5 }], field: 'total' } }],
  run(_ctx, { values, field, percentile, ignoreOthers }) {
    const numbers = values.flatMap((item, i) => numberOf(item, field, i, ignoreOthers)).sort((a, b) => a - b);
    const count = numbers.length;
    const sum = numbers.reduce((total, number) => total + number, 0);
    const [min, max] = [numbers[0] ?? null, numbers.at(-1) ?? null];
    const mean = count === 0 ? null : sum / count;
    const variance =
      mean === null
        ? null
        : numbers.reduce((total, number) => total + (number - mean) ** 2, 0) / Math.max(1, count - 1);
    return {
      output: {
        count,
        sum,
        mean,
        median: quantile(numbers, 0.5),
        min,
        max,
        range: min === null || max === null ? null : max - min,
        variance,
        deviation: variance === null ? null : Math.sqrt(variance),
        percentile: quantile(numbers, percentile / 100),
        mode: mostFrequent(numbers),
      },
    };
  },
});

function numberOf(item: unknown, field: string, i: number, ignoreOthers: boolean): number[] {
  const own = item !== null && typeof item === 'object' && Object.hasOwn(item, field);
  const value = field === '' ? item : own ? (item as Record<string, unknown>)[field] : undefined;
  if (value === undefined || value === null || value === '') return [];
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return [number];
  if (ignoreOthers) return [];
  throw new AppError(
    'DATA_FORMAT',
    `Item ${i + 1} is ${JSON.stringify(value).slice(0, 50)}, not a number. Convert the list first, or leave out what is no number.`,
    {
      details: { index: i, field },
    },
  );
}

/** Between two numbers in proportion, as spreadsheets do. */
function quantile(sorted: readonly number[], share: number): number | null {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below === undefined || above === undefined ? null : below + (above - below) * (place - Math.floor(place));
}

function mostFrequent(sorted: readonly number[]): number | null {
  const groups = [...Map.groupBy(sorted, (number) => number)];
  return groups.toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null;
}
