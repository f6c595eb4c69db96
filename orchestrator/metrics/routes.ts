import { fleetMetricsSchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { readFleetMetrics } from './fleet.ts';

export function metricsRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/metrics/fleet',
      scope: 'metrics:read',
      auth: 'admin',
      tag: 'metrics',
      summary: 'Robots, jobs and the queue in figures',
      reply: fleetMetricsSchema,
      handle: ({ caller }) => readFleetMetrics(context, caller),
    }),
  ];
}
