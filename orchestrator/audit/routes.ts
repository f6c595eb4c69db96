import { auditCheckSchema, auditEntrySchema, auditListQuerySchema, pageOf } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { checkChain } from './check-chain.ts';
import { listAudit } from './list.ts';

export function auditRoutes(context: Context): Route[] {
  const common = { auth: 'admin', scope: 'audit:read', tag: 'audit', method: 'GET' } as const;
  return [
    route({
      ...common,
      path: '/audit',
      summary: 'What was done in the workspace and by whom, newest first',
      query: auditListQuerySchema,
      reply: pageOf(auditEntrySchema),
      handle: ({ caller, query }) => listAudit(context, caller, query),
    }),
    route({
      ...common,
      path: '/audit/check',
      summary: 'Whether the log is whole: no entry was changed or taken out',
      reply: auditCheckSchema,
      handle: ({ caller }) => checkChain(context, caller),
    }),
  ];
}
