import {
  heartbeatReplySchema,
  heartbeatSchema,
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  robotSchema,
  selfRegisterReplySchema,
  selfRegisterSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { robotCommandRoutes } from './command-routes.ts';
import { getRobot, listRobots, removeRobot } from './fleet.ts';
import { takeHeartbeat } from './heartbeat.ts';
import { registerRobot } from './register.ts';
import { robotRoutingRoutes } from './routing-routes.ts';

export function robotRoutes(context: Context): Route[] {
  const tag = 'robots';
  const { timing } = context;
  return [
    route({
      method: 'POST',
      path: '/robots/self-register',
      auth: 'robot',
      tag,
      summary: 'A robot process takes its place in the fleet',
      body: selfRegisterSchema,
      reply: selfRegisterReplySchema,
      async handle({ caller, body }) {
        return {
          robot: await registerRobot(context, caller, body),
          heartbeatSeconds: timing.heartbeatSeconds,
          leaseSeconds: timing.leaseSeconds,
          serverTime: new Date().toISOString(),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/robots/heartbeat',
      unlimited: true,
      auth: 'robot',
      tag,
      summary: 'A robot says that it lives and extends its leases',
      body: heartbeatSchema,
      reply: heartbeatReplySchema,
      handle: ({ caller, body }) => takeHeartbeat(context, caller, body),
    }),
    route({
      method: 'GET',
      path: '/robots',
      scope: 'robots:read',
      auth: 'admin',
      tag,
      summary: 'List robots, newest first',
      query: pageQuerySchema,
      reply: pageOf(robotSchema),
      handle: ({ caller, query }) => listRobots(context, caller, query),
    }),
    route({
      method: 'GET',
      path: '/robots/:id',
      scope: 'robots:read',
      auth: 'admin',
      tag,
      summary: 'One robot',
      params: idParamsSchema,
      reply: robotSchema,
      handle: ({ caller, params }) => getRobot(context, caller, params.id),
    }),
    route({
      method: 'DELETE',
      path: '/robots/:id',
      scope: 'robots:write',
      auth: 'admin',
      tag,
      summary: 'Take a robot out of the fleet',
      params: idParamsSchema,
      handle: ({ caller, params, request }) => removeRobot(context, caller, params.id, request.id),
    }),
    ...robotCommandRoutes(context),
    ...robotRoutingRoutes(context),
  ];
}
