import { AppError, type jobAddItemSchema } from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { addItems, findOwn, referenceTaken } from './add.ts';
import { holdJob } from './hold-job.ts';
import { toJobItem } from './item-row.ts';
import { findOrMakeQueue } from './job-queue.ts';
import { tellQueue } from './tell.ts';

/** What a step of a job puts into a queue; once, however often the step is repeated. */
export async function addForJob(
  context: Context,
  caller: Caller,
  jobId: string,
  { fence, queue: name, key, uniqueReference, item }: z.output<typeof jobAddItemSchema>,
) {
  const { workspaceId } = caller;
  const by = `job ${jobId}`;
  const { row, added, isNew } = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    await holdJob(context, db, caller, { jobId, fence, takes: false });
    const own = await findOwn(db, jobId, key);
    if (own) return { row: own, added: true, isNew: false };
    const queue = await findOrMakeQueue(db, workspaceId, name, by);
    const [result] = await addItems(db, queue, [item], { by, workspaceId, jobId, key, uniqueReference });
    if (result === undefined || result instanceof AppError) throw result ?? new TypeError('an item without a result');
    // The step allows a second one, the queue does not.
    if (result.known && !uniqueReference) throw referenceTaken(queue, result.item);
    return { row: result.item, added: !result.known, isNew: !result.known };
  });
  if (isNew) tellQueue(context, caller, row.queue_id);
  return { item: toJobItem(row), added };
}
