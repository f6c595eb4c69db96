import {
  analyticsQuerySchema,
  analyticsSchema,
  idParamsSchema,
  jobFiguresSchema,
  manualMinutesSchema,
  rebuildReplySchema,
  robotFiguresDetailSchema,
  robotFiguresListSchema,
  robotFiguresQuerySchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { readAnalytics } from './analytics.ts';
import { readJobFigures } from './job-figures.ts';
import { setManualMinutes } from './manual-minutes.ts';
import { rebuildAnalytics } from './rebuild.ts';
import { readRobot, readRobots } from './robot-figures.ts';

export function analyticsRoutes(context: Context): Route[] {
  const reads = { method: 'GET', auth: 'admin', tag: 'metrics', scope: 'metrics:read' } as const;
  return [
    route({
      ...reads,
      path: '/metrics/analytics',
      summary: 'What jobs came to over some days: throughput, success, times, errors',
      query: analyticsQuerySchema,
      reply: analyticsSchema,
      handle: ({ caller, query }) => readAnalytics(context, caller, query),
    }),
    route({
      ...reads,
      path: '/metrics/robots',
      summary: 'What each robot did over some days',
      query: robotFiguresQuerySchema,
      reply: robotFiguresListSchema,
      handle: async ({ caller, query }) => ({ robots: await readRobots(context, caller, query.days) }),
    }),
    route({
      ...reads,
      path: '/metrics/robots/:id',
      summary: 'What one robot did, day by day',
      params: idParamsSchema,
      query: robotFiguresQuerySchema,
      reply: robotFiguresDetailSchema,
      handle: ({ caller, params, query }) => readRobot(context, caller, params.id, query.days),
    }),
    route({
      ...reads,
      path: '/metrics/jobs/:id',
      summary: 'How long one job took, and where the time went',
      params: idParamsSchema,
      reply: jobFiguresSchema,
      handle: ({ caller, params }) => readJobFigures(context, caller, params.id),
    }),
    route({
      method: 'POST',
      auth: 'admin',
      tag: 'metrics',
      scope: 'workspaces:write',
      path: '/metrics/analytics/rebuild',
      summary: 'Count the jobs that are still there again',
      reply: rebuildReplySchema,
      handle: ({ caller }) => rebuildAnalytics(context, caller),
    }),
    route({
      method: 'PUT',
      auth: 'admin',
      tag: 'workflows',
      scope: 'workflows:write',
      path: '/workflows/:id/manual-minutes',
      summary: 'What a person would need for one job of a workflow',
      params: idParamsSchema,
      body: manualMinutesSchema,
      handle: ({ caller, params, body, request }) =>
        setManualMinutes(context, caller, params.id, body.minutes, request.id),
    }),
  ];
}
