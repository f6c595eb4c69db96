import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn } from './paths.ts';
import { fieldSchema, type Row, rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';
import { columnsOf, requireColumns } from './table-columns.ts';

export const columns = defineNode({
  type: 'data.columns',
  version: 1,
  title: 'Choose columns',
  category: 'data',
  icon: 'columns-3',
  description: 'Renames, removes and reorders the columns of a table.',
  synonyms: ['select columns', 'rename column', 'remove column', 'reorder', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    rename: z
      .record(fieldSchema, fieldSchema)
      .default({})
      .meta({ title: 'Rename', description: 'Old name and new name.', 'x-widget': 'keyvalue' }),
    keep: z
      .array(fieldSchema)
      .max(2000)
      .default([])
      .meta({ title: 'Keep only', description: 'In this order, by their new names. Empty: all.', 'x-widget': 'list' }),
    remove: z.array(fieldSchema).max(2000).default([]).meta({ title: 'Remove', 'x-widget': 'list' }),
    strict: z.boolean().default(true).meta({ title: 'Error when a column is missing', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, columns: z.array(z.string()) }),
  effect: 'pure',
  examples: [
    {
      title: 'Two columns',
      params: { rows: [{ Nr: 1, Name: 'Ada', x: 0 }], rename: { Nr: 'id' }, keep: ['id', 'Name'] },
    },
  ],
  run(_ctx, { rows, rename, keep, remove, strict }) {
    if (strict) requireColumns(rows, [...Object.keys(rename), ...remove]);
    const renamed = (name: string) => (Object.hasOwn(rename, name) ? (rename[name] as string) : name);
    const all = columnsOf(rows);
    const twice = all.map(renamed).find((name, i, names) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw new AppError('PARAMS_INVALID', `Two columns would be called "${twice}". Rename one of them.`);
    const byNewName = new Map(all.map((name) => [renamed(name), name]));
    if (strict)
      requireColumns(
        rows.length === 0 ? [] : [Object.fromEntries([...byNewName.keys()].map((name) => [name, null]))],
        keep,
      );
    const dropped = new Set(remove);
    const chosen = (keep.length > 0 ? keep : [...byNewName.keys()]).filter(
      (name) => !dropped.has(byNewName.get(name) ?? name) && !dropped.has(name),
    );
    const result = rows.map((row) => {
      const made: Row = {};
      for (const name of chosen) {
        const old = byNewName.get(name) ?? name;
        setOwn(made, name, Object.hasOwn(row, old) ? row[old] : null);
      }
      return made;
    });
    return { output: { rows: result, columns: chosen } };
  },
});
