import { AppError, type addQueueItemsSchema } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { type AddResult, addItems, referenceTaken } from './add.ts';
import { toSummary } from './item-row.ts';
import type { QueueRow } from './queue-row.ts';
import { lockQueue } from './queues.ts';
import { tellQueue } from './tell.ts';

type AddRequest = z.output<typeof addQueueItemsSchema>;

/** Items that a person or another system adds: all of them or none, unless each may stand for itself. */
export async function addItemsOf(
  context: Context,
  caller: Caller,
  queueId: string,
  body: AddRequest,
  request: FastifyRequest,
) {
  const reply = await inTenant(context.database.pool, caller.tenantId, (db) =>
    once(db, request, caller, () => addAll(db, caller, queueId, body, request.id)),
  );
  if (reply.added > 0) tellQueue(context, caller, queueId);
  return reply;
}

async function addAll(db: Db, caller: Caller, queueId: string, body: AddRequest, requestId: string) {
  const queue = await lockQueue(db, caller, queueId);
  const [items, mode] = 'items' in body ? [body.items, body.mode] : [[body], 'all' as const];
  const results = (await addItems(db, queue, items, { by: caller.keyName, workspaceId: caller.workspaceId })).map(
    (result) => told(queue, result),
  );
  const added = results.filter(({ item }) => item !== null).length;
  if (mode === 'all') refuseAny(results.map(({ error }) => error));
  if (added > 0)
    await writeAudit(db, caller, {
      action: 'queue_item.add',
      subjectId: queueId,
      requestId,
      details: { items: added },
    });
  return {
    added,
    results: results.map(({ item, error }) => ({
      item,
      error: error && { code: error.code, message: error.message, itemId: (error.details['itemId'] as string) ?? null },
    })),
  };
}

function told(queue: QueueRow, result: AddResult) {
  if (result instanceof AppError) return { item: null, error: result };
  if (result.known) return { item: null, error: referenceTaken(queue, result.item) };
  return { item: toSummary(result.item), error: null };
}

function refuseAny(errors: readonly (AppError | null)[]): void {
  const first = errors.findIndex((error) => error !== null);
  const error = errors[first];
  if (!error) return;
  if (errors.length === 1) throw error;
  throw new AppError(error.code, `Item ${first + 1} of ${errors.length}: ${error.message} Nothing was added.`, {
    details: {
      ...error.details,
      index: first,
      refused: errors
        .flatMap((one, index) => (one ? [{ index, code: one.code, itemId: one.details['itemId'] ?? null }] : []))
        .slice(0, 100),
    },
  });
}
