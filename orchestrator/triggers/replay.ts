import { randomUUID } from 'node:crypto';
import { AppError, type Delivery, resolveInputs, toWire, type TriedTrigger } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { deliverIn, documentOf, mapFor, tellDelivered } from './deliver.ts';
import { findDelivery, toDelivery } from './delivery-row.ts';
import type { Payload } from './map-payload.ts';
import { findTrigger, type TriggerRow } from './trigger-row.ts';

/** The same payload once more, as the trigger is now: a further delivery, with a further job. */
export async function replayDelivery(
  context: Context,
  caller: Caller,
  deliveryId: string,
  request: FastifyRequest,
): Promise<Delivery> {
  let place: TriggerRow | undefined;
  const delivery = await inTenant(context.database.pool, caller.tenantId, (db) =>
    once(db, request, caller, async () => {
      const before = await findDelivery(db, caller, deliveryId);
      const trigger = await findTrigger(db, caller, before.trigger_id);
      if (before.reason?.code === 'SIGNATURE_INVALID')
        throw new AppError(
          'CONFLICT',
          'Nobody knows who sent this message, so it is not done again. Mend the signature and have it sent anew.',
        );
      place = trigger;
      const { row } = await deliverIn(context, db, trigger, {
        messageId: `replay:${randomUUID()}`,
        payload: before.payload,
        depth: before.depth,
        replayOf: before.id,
      });
      await writeAudit(db, caller, {
        action: 'trigger.replay',
        subjectId: trigger.id,
        requestId: request.id,
        details: { deliveryId, newDeliveryId: row.id, jobId: row.job_id },
      });
      return toDelivery(row);
    }),
  );
  if (place) tellDelivered(context, place, delivery.jobId === null ? 0 : 1);
  return delivery;
}

/** What would become of a payload. Nothing does. */
export function tryTrigger(
  context: Context,
  caller: Caller,
  triggerId: string,
  payload: Payload,
): Promise<TriedTrigger> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const trigger = await findTrigger(db, caller, triggerId);
    try {
      const { wanted, input, reference = null } = await mapFor(context, db, trigger, payload);
      if (!wanted) return { outcome: 'filtered', reason: null, input: null, reference: null };
      const document = await documentOf(context, db, trigger);
      return {
        outcome: 'accepted',
        reason: null,
        input: resolveInputs(document, input) as TriedTrigger['input'],
        reference,
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      return { outcome: 'refused', reason: toWire(error) as TriedTrigger['reason'], input: null, reference: null };
    }
  });
}
