import { activityQuerySchema, activitySchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { listActivity } from './list.ts';

export function activityRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/activity',
      scope: 'events:read',
      auth: 'admin',
      tag: 'events',
      summary: 'What happened, newest first, in words',
      query: activityQuerySchema,
      reply: activitySchema,
      handle: ({ caller, query }) => listActivity(context, caller, query),
    }),
  ];
}
