import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { asText, setOwn, valueAt } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';

const maxRows = 1_000_000;

export const joinTables = defineNode({
  type: 'data.joinTables',
  version: 1,
  title: 'Join tables',
  category: 'data',
  icon: 'merge',
  description: 'Puts the rows of two tables together where their keys are equal, like a lookup.',
  synonyms: ['merge', 'lookup', 'vlookup', 'combine', 'data table'],
  params: z.strictObject({
    left: rowsSchema.meta({ title: 'Left table', 'x-widget': 'json' }),
    right: rowsSchema.meta({ title: 'Right table', 'x-widget': 'json' }),
    leftKeys: z.array(fieldSchema).min(1).max(20).meta({ title: 'Key columns', 'x-widget': 'list' }),
    rightKeys: z.array(fieldSchema).max(20).default([]).meta({
      title: 'Key columns of the right table',
      description: 'Empty: the same as on the left.',
      'x-widget': 'list',
    }),
    kind: z
      .enum(['inner', 'left', 'full'])
      .default('inner')
      .meta({ title: 'Keep', description: 'inner: pairs only; left: also left rows without a partner; full: all.' }),
    prefix: z.string().max(50).default('right_').meta({
      title: 'Prefix',
      description: 'Before right columns whose name the left table has too.',
      'x-advanced': true,
    }),
  }),
  output: z.object({ rows: rowsSchema, count: z.int(), matched: z.int() }),
  effect: 'pure',
  examples: [
    {
      title: 'Orders with the names of their customers',
      params: {
        left: [{ order: 1, customer: 7 }],
        right: [{ id: 7, name: 'Ada' }],
        leftKeys: ['customer'],
        rightKeys: ['id'],
      },
    },
  ],
  run(_ctx, { left, right, leftKeys, rightKeys, kind, prefix }) {
    const keys = rightKeys.length === 0 ? leftKeys : rightKeys;
    if (keys.length !== leftKeys.length) {
      throw new AppError(
        'PARAMS_INVALID',
        `${leftKeys.length} key columns stand on the left and ${keys.length} on the right. Name as many on both sides.`,
      );
    }
    const partners = Map.groupBy(right.keys(), (i) => keyOf(right[i] as Row, keys));
    const used = new Set<number>();
    const leftColumns = new Set(left.flatMap((row) => Object.keys(row)));
    const rows: Row[] = [];
    let matched = 0;
    for (const row of left) {
      const found = partners.get(keyOf(row, leftKeys)) ?? [];
      if (found.length > 0) matched++;
      else if (kind !== 'inner') rows.push(row);
      for (const i of found) {
        used.add(i);
        rows.push(combine(row, right[i] as Row));
      }
      if (rows.length > maxRows) {
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `The joined table has more than ${maxRows} rows. Join by further key columns.`,
        );
      }
    }
    if (kind === 'full') for (const [i, row] of right.entries()) if (!used.has(i)) rows.push(combine({}, row));
    return { output: { rows, count: rows.length, matched } };

    function combine(a: Row, b: Row): Row {
      const joined = { ...a };
      for (const [name, value] of Object.entries(b)) {
        const key = leftKeys[keys.indexOf(name)];
        if (key !== undefined && key === name) setOwn(joined, key, a[key] ?? value);
        else setOwn(joined, leftColumns.has(name) ? prefix + name : name, value);
      }
      return joined;
    }
  },
});

/** 7 and "7" are the same key: one of the tables often comes from a text file. */
function keyOf(row: Row, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => asText(valueAt(row, key))));
}
