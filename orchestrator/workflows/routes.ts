import {
  idParamsSchema,
  idSchema,
  pageOf,
  pageQuerySchema,
  publishReplySchema,
  publishWorkflowSchema,
  setPublishedSchema,
  workflowSummarySchema,
  workflowVersionDetailSchema,
  workflowVersionSchema,
} from '@casare/shared';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { knownNames } from '../credentials/list.ts';
import { checkDocument, publishWorkflow } from './publish.ts';
import { getVersion, getWorkflow, listVersions, listWorkflows, setPublished } from './versions.ts';

const versionParamsSchema = z.strictObject({
  id: idSchema,
  version: z.coerce.number().int().min(1).max(2_000_000_000),
});

export function workflowRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'workflows' } as const;
  return [
    route({
      ...common,
      method: 'POST',
      path: '/workflows',
      scope: 'workflows:write',
      summary: 'Publish a document: a new version, unless the newest has the same content',
      body: publishWorkflowSchema,
      reply: publishReplySchema,
      bodyLimit: 8 * 1024 * 1024,
      idempotent: true,
      async handle({ caller, body, request }) {
        const problems = checkDocument(context, body.document, await knownNames(context, caller));
        const reply = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => publishWorkflow(context, db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return { ...reply, problems };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/workflows',
      scope: 'workflows:read',
      summary: 'List workflows, newest first',
      query: pageQuerySchema,
      reply: pageOf(workflowSummarySchema),
      handle: ({ caller, query }) => listWorkflows(context, caller, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/workflows/:id',
      scope: 'workflows:read',
      summary: 'One workflow',
      params: idParamsSchema,
      reply: workflowSummarySchema,
      handle: ({ caller, params }) => getWorkflow(context, caller, params.id),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/workflows/:id/versions',
      scope: 'workflows:read',
      summary: 'The versions of a workflow, newest first',
      params: idParamsSchema,
      query: pageQuerySchema,
      reply: pageOf(workflowVersionSchema),
      handle: ({ caller, params, query }) => listVersions(context, caller, params.id, query),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/workflows/:id/versions/:version',
      scope: 'workflows:read',
      summary: 'One version with its document',
      params: versionParamsSchema,
      reply: workflowVersionDetailSchema,
      handle: ({ caller, params }) => getVersion(context, caller, params.id, params.version),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/workflows/:id/published',
      scope: 'workflows:write',
      summary: 'Make a version the published one',
      params: idParamsSchema,
      body: setPublishedSchema,
      reply: workflowSummarySchema,
      handle: ({ caller, params, body, request }) => setPublished(context, caller, params.id, body.version, request.id),
    }),
  ];
}
