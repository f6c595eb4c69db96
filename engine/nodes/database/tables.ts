import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { readTables } from './read-schema.ts';
import { schemaField } from './table-fields.ts';

export const tables = defineNode({
  type: 'database.tables',
  version: 1,
  title: 'List database tables',
  category: 'database',
  icon: 'table-2',
  description: 'Lists the tables and views of a database.',
  synonyms: ['schema', 'show tables', 'views'],
  params: z.strictObject({ ...connectionFields, schema: schemaField, ...timeField }),
  output: z.object({
    tables: z.array(z.object({ name: z.string(), schema: z.string(), kind: z.enum(['table', 'view']) })),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Of a file', params: { kind: 'sqlite', file: 'data/orders.db' } }],
  async run(ctx, { schema, timeoutSeconds, ...connection }) {
    const target = await targetOf(ctx, connection);
    const options = { signal: ctx.signal, timeoutMs: timeoutSeconds * 1000, holder: holderOf(ctx), repeatable: true };
    return { output: { tables: await ctx.databases.use(target, options, (session) => readTables(session, schema)) } };
  },
});
