import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { memoryFields, openMemory } from './memory-file.ts';

export const forget = defineNode({
  type: 'ai.forget',
  version: 1,
  title: 'Forget texts',
  category: 'ai',
  icon: 'trash-2',
  description: 'Takes texts out of a memory file, by their ids or a whole collection.',
  synonyms: ['vector store', 'delete documents', 'clear'],
  params: z.strictObject({
    ...memoryFields,
    what: z.enum(['ids', 'collection']).default('ids').meta({ title: 'Forget' }),
    ids: z
      .array(z.string().min(1).max(200))
      .max(10_000)
      .default([])
      .meta({ title: 'Ids', 'x-widget': 'list', 'x-show-if': { what: ['ids'] } }),
  }),
  output: z.object({ count: z.int(), left: z.int() }),
  effect: 'idempotent',
  examples: [{ title: 'One', params: { ids: ['delivery'] } }],
  async run(ctx, { path, collection, what, ids }) {
    using memory = await openMemory(ctx, path, true);
    ctx.signal.throwIfAborted();
    const count = what === 'ids' ? memory.remove(collection, ids) : memory.clear(collection);
    return { output: { count, left: memory.count(collection) } };
  },
});
