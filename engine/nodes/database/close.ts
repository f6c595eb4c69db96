import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { connectionFields, targetOf } from './connection-fields.ts';

export const close = defineNode({
  type: 'database.close',
  version: 1,
  title: 'Disconnect database',
  category: 'database',
  icon: 'unlink',
  description: 'Closes the connections the run keeps to a database. The end of the run does it too.',
  synonyms: ['close connection'],
  params: z.strictObject(connectionFields),
  output: z.object({ closed: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'A file', params: { kind: 'sqlite', file: 'data/orders.db' } }],
  run: async (ctx, connection) => ({
    output: { closed: await ctx.databases.disconnect(await targetOf(ctx, connection)) },
  }),
});
