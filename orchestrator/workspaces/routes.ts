import {
  changeTenantSchema,
  changeWorkspaceSchema,
  createTenantReplySchema,
  createTenantSchema,
  createWorkspaceSchema,
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  tenantSchema,
  workspaceSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { addTenant, changeTenant, listTenants } from './tenants.ts';
import { addWorkspace, changeWorkspace, listWorkspaces } from './workspaces.ts';

export function workspaceRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'workspaces' } as const;
  const { pool } = context.database;
  const changed = () => {
    context.signals.send({ kind: 'keys' });
    context.signals.send({ kind: 'events' });
  };
  return [
    route({
      ...common,
      method: 'GET',
      path: '/workspaces',
      scope: 'workspaces:read',
      summary: 'List the workspaces of the tenant one has to do with, newest first',
      query: pageQuerySchema,
      reply: pageOf(workspaceSchema),
      handle: ({ caller, query }) => inTenant(pool, caller.tenantId, (db) => listWorkspaces(db, caller, query)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/workspaces',
      scope: 'workspaces:write',
      summary: 'Make a workspace in the tenant; one is its first admin',
      body: createWorkspaceSchema,
      reply: workspaceSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const made = await inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, () => addWorkspace(db, caller, body.name, request.id)),
        );
        changed();
        return made;
      },
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/workspaces/:id',
      scope: 'workspaces:write',
      summary: 'Rename, disable or enable a workspace',
      params: idParamsSchema,
      body: changeWorkspaceSchema,
      reply: workspaceSchema,
      async handle({ caller, params, body, request }) {
        const workspace = await inTenant(pool, caller.tenantId, (db) =>
          changeWorkspace(db, caller, params.id, body, request.id),
        );
        changed();
        return workspace;
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/tenants',
      scope: 'tenants:read',
      summary: 'List all tenants, newest first',
      query: pageQuerySchema,
      reply: pageOf(tenantSchema),
      handle: ({ query }) => listTenants(context, query),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/tenants',
      scope: 'tenants:write',
      summary: 'Make a tenant with a first workspace',
      body: createTenantSchema,
      reply: createTenantReplySchema,
      status: 201,
      idempotent: true,
      handle: ({ caller, body, request }) =>
        inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, () => addTenant(context, caller, body, request.id)),
        ),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/tenants/:id',
      scope: 'tenants:write',
      summary: 'Rename, disable or enable a tenant',
      params: idParamsSchema,
      body: changeTenantSchema,
      reply: tenantSchema,
      handle: ({ caller, params, body, request }) => changeTenant(context, caller, params.id, body, request.id),
    }),
  ];
}
