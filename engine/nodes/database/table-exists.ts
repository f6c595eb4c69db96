import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { readColumns } from './read-schema.ts';
import { schemaField, tableField } from './table-fields.ts';

export const tableExists = defineNode({
  type: 'database.tableExists',
  version: 1,
  title: 'Database table exists',
  category: 'database',
  icon: 'table-properties',
  description: 'Tells whether a database has a table or view of this name.',
  synonyms: ['has table', 'check table'],
  params: z.strictObject({ ...connectionFields, table: tableField, schema: schemaField, ...timeField }),
  output: z.object({ exists: z.boolean() }),
  effect: 'idempotent',
  examples: [{ title: 'In a file', params: { kind: 'sqlite', file: 'data/orders.db', table: 'orders' } }],
  async run(ctx, { table, schema, timeoutSeconds, ...connection }) {
    const target = await targetOf(ctx, connection);
    const options = { signal: ctx.signal, timeoutMs: timeoutSeconds * 1000, holder: holderOf(ctx), repeatable: true };
    const found = await ctx.databases.use(target, options, (session) => readColumns(session, schema, table));
    return { output: { exists: found.length > 0 } };
  },
});
