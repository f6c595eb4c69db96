import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';

const alphabets = {
  letters: 'abcdefghijklmnopqrstuvwxyz',
  capitals: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  signs: '!#$%&*+-=?@_',
};

export const random = defineNode({
  type: 'data.random',
  version: 1,
  title: 'Random value',
  category: 'data',
  icon: 'dices',
  description: 'Gives a random number, text, UUID, choice from a list, or the list shuffled. Not for passwords.',
  synonyms: ['uuid', 'guid', 'dice', 'shuffle', 'choice', 'sample'],
  params: z.strictObject({
    kind: z.enum(['integer', 'number', 'choice', 'shuffle', 'text', 'uuid']).default('integer').meta({ title: 'What' }),
    min: z
      .number()
      .default(1)
      .meta({ title: 'From', 'x-show-if': { kind: ['integer', 'number'] } }),
    max: z
      .number()
      .default(100)
      .meta({ title: 'To', 'x-show-if': { kind: ['integer', 'number'] } }),
    items: z
      .array(z.unknown())
      .max(1_000_000)
      .default([])
      .meta({ title: 'List', 'x-widget': 'json', 'x-show-if': { kind: ['choice', 'shuffle'] } }),
    length: z
      .int()
      .min(1)
      .max(10_000)
      .default(12)
      .meta({ title: 'Length', 'x-show-if': { kind: ['text'] } }),
    characters: z
      .array(z.enum(['letters', 'capitals', 'digits', 'signs']))
      .min(1)
      .max(4)
      .default(['letters', 'digits'])
      .meta({ title: 'Characters', 'x-show-if': { kind: ['text'] } }),
  }),
  output: z.object({ value: z.unknown() }),
  effect: 'idempotent',
  examples: [
    { title: 'A dice', params: { kind: 'integer', min: 1, max: 6 } },
    { title: 'One of a list', params: { kind: 'choice', items: ['north', 'south'] } },
  ],
  run(ctx, { kind, min, max, items, length, characters }) {
    if ((kind === 'integer' || kind === 'number') && max < min)
      throw new AppError('PARAMS_INVALID', `There is no number from ${min} to ${max}. Exchange "From" and "To".`);
    if (kind === 'choice' && items.length === 0)
      throw new AppError('PARAMS_INVALID', 'The list to choose from is empty. Give it at least one item.');
    const below = (count: number) => Math.min(count - 1, Math.floor(ctx.random() * count));
    const make = {
      integer: () => Math.ceil(min) + below(Math.floor(max) - Math.ceil(min) + 1),
      number: () => min + ctx.random() * (max - min),
      choice: () => items[below(items.length)],
      shuffle: () => shuffle(items, below),
      text: () => {
        const all = characters.map((name) => alphabets[name]).join('');
        return Array.from({ length }, () => all[below(all.length)]).join('');
      },
      uuid: () => uuid(below),
    };
    return { output: { value: make[kind]() } };
  },
});

function shuffle(items: readonly unknown[], below: (count: number) => number): unknown[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const other = below(i + 1);
    [result[i], result[other]] = [result[other], result[i]];
  }
  return result;
}

/** From the run's generator and not from crypto, so that a test with a seed sees the same one. */
function uuid(below: (count: number) => number): string {
  const hex = Array.from({ length: 32 }, () => below(16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + below(4)).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .map((part) => part.join(''))
    .join('-');
}
