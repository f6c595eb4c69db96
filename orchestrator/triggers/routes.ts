import {
  AppError,
  claimWatchesReplySchema,
  claimWatchesSchema,
  createTriggerReplySchema,
  deliveryDetailSchema,
  deliveryListQuerySchema,
  deliverySchema,
  idParamsSchema,
  pageOf,
  reportWatchReplySchema,
  reportWatchSchema,
  rotateSecretSchema,
  triggerEnabledSchema,
  triggerInputSchema,
  triggerListQuerySchema,
  triggerSchema,
  tryTriggerReplySchema,
  tryTriggerSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { createTrigger, deleteTrigger, rotateSecret, setEnabled, updateTrigger } from './change.ts';
import { getDelivery, getTrigger, listDeliveries, listTriggers } from './list.ts';
import { replayDelivery, tryTrigger } from './replay.ts';
import { claimWatches } from './watches.ts';
import { reportWatch } from './report-watch.ts';

const tag = 'triggers';
const MiB = 1024 * 1024;

export function triggerRoutes(context: Context): Route[] {
  return [...listRoutes(context), ...changeRoutes(context), ...deliveryRoutes(context), ...robotRoutes(context)];
}

function listRoutes(context: Context): Route[] {
  const common = { method: 'GET', auth: 'admin', scope: 'triggers:read', tag } as const;
  return [
    route({
      ...common,
      path: '/triggers',
      summary: 'List triggers, newest first',
      query: triggerListQuerySchema,
      reply: pageOf(triggerSchema),
      handle: ({ caller, query }) => listTriggers(context, caller, query),
    }),
    route({
      ...common,
      path: '/triggers/:id',
      summary: 'One trigger',
      params: idParamsSchema,
      reply: triggerSchema,
      handle: ({ caller, params }) => getTrigger(context, caller, params.id),
    }),
    route({
      ...common,
      path: '/triggers/:id/deliveries',
      summary: 'What a trigger was brought, newest first',
      params: idParamsSchema,
      query: deliveryListQuerySchema,
      reply: pageOf(deliverySchema),
      handle: ({ caller, params, query }) => listDeliveries(context, caller, params.id, query),
    }),
    route({
      ...common,
      path: '/trigger-deliveries/:id',
      summary: 'One delivery with what it brought',
      params: idParamsSchema,
      reply: deliveryDetailSchema,
      handle: ({ caller, params }) => getDelivery(context, caller, params.id),
    }),
  ];
}

function changeRoutes(context: Context): Route[] {
  const common = { auth: 'admin', scope: 'triggers:write', tag } as const;
  const one = { ...common, params: idParamsSchema } as const;
  const change = async <Result>(caller: Caller, work: (db: Db) => Promise<Result>): Promise<Result> => {
    const result = await inTenant(context.database.pool, caller.tenantId, work);
    context.signals.send({ kind: 'events' });
    return result;
  };
  return [
    route({
      ...common,
      method: 'POST',
      path: '/triggers',
      summary: 'Make a trigger; its secret is shown in this answer only',
      body: triggerInputSchema,
      reply: createTriggerReplySchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        let secret: string | null | undefined;
        const trigger = await change(caller, (db) =>
          once(db, request, caller, async () => {
            const made = await createTrigger(context, db, caller, body, request.id);
            ({ secret } = made);
            // What is kept for a repeated request must not hold the secret.
            return made.trigger;
          }),
        );
        if (secret === undefined)
          throw new AppError(
            'CONFLICT',
            `The trigger "${trigger.name}" was made by an earlier request and its secret is shown once only. Exchange the secret for a new one.`,
            { details: { triggerId: trigger.id } },
          );
        return { trigger, secret };
      },
    }),
    route({
      ...one,
      method: 'PUT',
      path: '/triggers/:id',
      summary: 'Change a trigger; secrets that are not given stay',
      body: triggerInputSchema,
      reply: triggerSchema,
      handle: ({ caller, params, body, request }) =>
        change(caller, (db) => updateTrigger(context, db, caller, params.id, body, request.id)),
    }),
    route({
      ...one,
      method: 'PUT',
      path: '/triggers/:id/enabled',
      summary: 'Switch a trigger on or off',
      body: triggerEnabledSchema,
      reply: triggerSchema,
      handle: ({ caller, params, body, request }) =>
        change(caller, (db) => setEnabled(db, caller, params.id, body.enabled, request.id)),
    }),
    route({
      ...one,
      method: 'DELETE',
      path: '/triggers/:id',
      summary: 'Delete a trigger; what it was brought stays for as long as jobs do',
      handle: ({ caller, params, request }) => change(caller, (db) => deleteTrigger(db, caller, params.id, request.id)),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/triggers/:id/rotate-secret',
      summary: 'Put a new secret in the place of one, which is taken for a while yet',
      body: rotateSecretSchema,
      reply: createTriggerReplySchema,
      handle: ({ caller, params, body, request }) =>
        change(caller, (db) => rotateSecret(context, db, caller, params.id, body, request.id)),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/triggers/:id/try',
      summary: 'What a trigger would make of a payload; nothing happens',
      body: tryTriggerSchema,
      reply: tryTriggerReplySchema,
      handle: ({ caller, params, body }) => tryTrigger(context, caller, params.id, body.payload),
    }),
  ];
}

function deliveryRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      auth: 'admin',
      scope: 'triggers:write',
      tag,
      path: '/trigger-deliveries/:id/replay',
      summary: 'The same payload once more: another delivery and another job',
      params: idParamsSchema,
      reply: deliverySchema,
      status: 201,
      idempotent: true,
      handle: ({ caller, params, request }) => replayDelivery(context, caller, params.id, request),
    }),
  ];
}

function robotRoutes(context: Context): Route[] {
  const common = { method: 'POST', auth: 'robot', tag } as const;
  return [
    route({
      ...common,
      path: '/watches/claim',
      summary: 'A robot says what it watches and hears what it is to watch',
      body: claimWatchesSchema,
      reply: claimWatchesReplySchema,
      handle: ({ caller, body }) => claimWatches(context, caller, body),
    }),
    route({
      ...common,
      path: '/watches/report',
      summary: 'A robot tells what happened where it watches',
      body: reportWatchSchema,
      reply: reportWatchReplySchema,
      bodyLimit: 8 * MiB,
      handle: ({ caller, body }) => reportWatch(context, caller, body),
    }),
  ];
}
