import { createHmac } from 'node:crypto';
import {
  createCredentialSchema,
  credentialListQuerySchema,
  credentialSchema,
  credentialUsesSchema,
  deleteVaultEntryQuerySchema,
  idParamsSchema,
  pageOf,
  readVaultSchema,
  rotateCredentialSchema,
  runVaultSchema,
  updateCredentialSchema,
  vaultKeysSchema,
  vaultNamesSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import type { Caller } from '../keys/verify.ts';
import { countByKey } from '../vault/rewrap-all.ts';
import { credentialUses, getCredential, listCredentials, listVaultNames } from './list.ts';
import { readVaultForJob } from './read-for-job.ts';
import { removeCredential } from './remove.ts';
import { createCredential, rotateCredential, updateCredential } from './write.ts';

const MiB = 1024 * 1024;

export function credentialRoutes(context: Context): Route[] {
  return [...peopleRoutes(context), ...robotRoutes(context)];
}

function peopleRoutes(context: Context): Route[] {
  const { pool } = context.database;
  const reads = { auth: 'admin', scope: 'credentials:read', tag: 'credentials' } as const;
  const writes = { auth: 'admin', scope: 'credentials:write', tag: 'credentials' } as const;
  return [
    route({
      ...writes,
      method: 'POST',
      path: '/credentials',
      summary: 'Make a credential; its values are never answered',
      body: createCredentialSchema,
      reply: credentialSchema,
      status: 201,
      bodyLimit: 4 * MiB,
      idempotent: true,
      async handle({ caller, body, request }) {
        const made = await inTenant(pool, caller.tenantId, (db) =>
          once(
            db,
            request,
            caller,
            () => createCredential(context, db, caller, body, request.id),
            withoutValues(context, caller, body),
          ),
        );
        context.signals.send({ kind: 'events' });
        return made;
      },
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/credentials',
      summary: 'List credentials without their values, newest first',
      query: credentialListQuerySchema,
      reply: pageOf(credentialSchema),
      handle: ({ caller, query }) => listCredentials(context, caller, query),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/credentials/:id',
      summary: 'One credential without its values',
      params: idParamsSchema,
      reply: credentialSchema,
      handle: ({ caller, params }) => getCredential(context, caller, params.id),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/credentials/:id/uses',
      summary: 'Which published workflows name a credential, and which jobs read it last',
      params: idParamsSchema,
      reply: credentialUsesSchema,
      handle: ({ caller, params }) => credentialUses(context, caller, params.id),
    }),
    route({
      ...writes,
      method: 'PUT',
      path: '/credentials/:id',
      summary: 'Change what a credential is for; its values stay',
      params: idParamsSchema,
      body: updateCredentialSchema,
      reply: credentialSchema,
      async handle({ caller, params, body, request }) {
        const changed = await inTenant(pool, caller.tenantId, (db) =>
          updateCredential(db, caller, params.id, body, request.id),
        );
        context.signals.send({ kind: 'events' });
        return changed;
      },
    }),
    route({
      ...writes,
      method: 'POST',
      path: '/credentials/:id/rotate',
      summary: 'Give a credential new values',
      params: idParamsSchema,
      body: rotateCredentialSchema,
      reply: credentialSchema,
      bodyLimit: 4 * MiB,
      idempotent: true,
      async handle({ caller, params, body, request }) {
        const rotated = await inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, () => rotateCredential(context, db, caller, params.id, body, request.id), {
            id: params.id,
            ...withoutValues(context, caller, body),
          }),
        );
        context.signals.send({ kind: 'events' });
        return rotated;
      },
    }),
    route({
      ...writes,
      method: 'DELETE',
      path: '/credentials/:id',
      summary: 'Delete a credential; refused while published workflows name it, unless forced',
      params: idParamsSchema,
      query: deleteVaultEntryQuerySchema,
      async handle({ caller, params, query, request }) {
        await inTenant(pool, caller.tenantId, (db) =>
          removeCredential(db, caller, params.id, query.force === 'true', request.id),
        );
        context.signals.send({ kind: 'events' });
      },
    }),
    route({
      auth: 'admin',
      scope: 'workflows:read',
      tag: 'credentials',
      method: 'GET',
      path: '/vault/names',
      summary: 'The names of credentials and assets, for who writes workflows',
      reply: vaultNamesSchema,
      handle: ({ caller }) => listVaultNames(context, caller),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/vault/keys',
      summary: 'Which keys of the server seal how many secrets of this tenant',
      reply: vaultKeysSchema,
      handle: ({ caller }) => countByKey(context, caller),
    }),
  ];
}

function robotRoutes(context: Context): Route[] {
  return [
    route({
      auth: 'robot',
      tag: 'credentials',
      method: 'POST',
      path: '/jobs/:id/vault',
      summary: 'The credentials and assets that the workflow of a held job names',
      params: idParamsSchema,
      body: readVaultSchema,
      reply: runVaultSchema,
      handle: ({ caller, params, body, request }) => readVaultForJob(context, caller, params.id, body, request.id),
    }),
  ];
}

/** What is kept about a request must not help to guess a password: a digest under a key of the server stands in its place. */
function withoutValues({ jobKeys }: Context, { tenantId }: Caller, body: { readonly fields?: unknown }) {
  const digest = createHmac('sha256', jobKeys.of(tenantId, 'idempotency'))
    .update(JSON.stringify(body.fields ?? null))
    .digest('base64');
  return { ...body, fields: digest };
}
