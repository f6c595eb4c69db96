import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { readColumns } from './read-schema.ts';
import { schemaField, tableField } from './table-fields.ts';

export const columns = defineNode({
  type: 'database.columns',
  version: 1,
  title: 'Columns of database table',
  category: 'database',
  icon: 'columns-3',
  description: 'Tells the columns of a table: name, type, whether empty values are allowed, default and key.',
  synonyms: ['describe table', 'schema', 'fields'],
  params: z.strictObject({ ...connectionFields, table: tableField, schema: schemaField, ...timeField }),
  output: z.object({
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        nullable: z.boolean(),
        default: z.string().nullable(),
        primaryKey: z.boolean(),
      }),
    ),
    names: z.array(z.string()),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Of a file', params: { kind: 'sqlite', file: 'data/orders.db', table: 'orders' } }],
  async run(ctx, { table, schema, timeoutSeconds, ...connection }) {
    const target = await targetOf(ctx, connection);
    const options = { signal: ctx.signal, timeoutMs: timeoutSeconds * 1000, holder: holderOf(ctx), repeatable: true };
    const found = await ctx.databases.use(target, options, (session) => readColumns(session, schema, table));
    if (found.length === 0)
      throw new AppError('DATABASE_FAILED', `There is no table "${table}". Check its name and schema.`, {
        details: { table },
      });
    return { output: { columns: found, names: found.map(({ name }) => name) } };
  },
});
