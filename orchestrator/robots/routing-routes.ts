import {
  affinityHolderSchema,
  affinityListQuerySchema,
  changeRobotSchema,
  createReservationSchema,
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  reservationListQuerySchema,
  reservationSchema,
  robotGroupSchema,
  robotSchema,
  workflowRoutingSchema,
  writeRobotGroupSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { getWorkflowRouting, setWorkflowRouting } from '../jobs/workflow-routing.ts';
import { listAffinities, releaseAffinity } from './affinities.ts';
import { changeRobot } from './change.ts';
import { changeGroup, createGroup, deleteGroup, getGroup, listGroups, tell } from './groups.ts';
import { createReservation, deleteReservation, listReservations } from './reservations.ts';

const read = { auth: 'admin', scope: 'robots:read', method: 'GET', tag: 'robots' } as const;
const write = { auth: 'admin', scope: 'robots:write', tag: 'robots' } as const;
const one = { params: idParamsSchema } as const;

export function robotRoutingRoutes(context: Context): Route[] {
  return [
    route({
      ...write,
      ...one,
      method: 'PUT',
      path: '/robots/:id',
      summary: 'Set tags, environment, places and groups of a robot',
      body: changeRobotSchema,
      reply: robotSchema,
      handle: ({ caller, params, body, request }) => changeRobot(context, caller, params.id, body, request.id),
    }),
    ...groupRoutes(context),
    ...reservationRoutes(context),
    route({
      ...read,
      path: '/affinities',
      summary: 'Which robots have the state or the session of which key',
      query: affinityListQuerySchema,
      reply: pageOf(affinityHolderSchema),
      handle: ({ caller, query }) => listAffinities(context, caller, query),
    }),
    route({
      ...write,
      ...one,
      method: 'DELETE',
      path: '/affinities/:id',
      summary: 'Let the next job of a key run on any robot',
      handle: ({ caller, params, request }) => releaseAffinity(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      auth: 'admin',
      scope: 'workflows:read',
      tag: 'workflows',
      method: 'GET',
      path: '/workflows/:id/routing',
      summary: 'What jobs of a workflow need, and what happens to those that are stuck',
      reply: workflowRoutingSchema,
      handle: ({ caller, params }) => getWorkflowRouting(context, caller, params.id),
    }),
    route({
      ...one,
      auth: 'admin',
      scope: 'workflows:write',
      tag: 'workflows',
      method: 'PUT',
      path: '/workflows/:id/routing',
      summary: 'Set what jobs of a workflow need; it counts for jobs submitted from now on',
      body: workflowRoutingSchema,
      reply: workflowRoutingSchema,
      handle: ({ caller, params, body, request }) => setWorkflowRouting(context, caller, params.id, body, request.id),
    }),
  ];
}

function groupRoutes(context: Context): Route[] {
  return [
    route({
      ...read,
      path: '/robot-groups',
      summary: 'List robot groups, newest first',
      query: pageQuerySchema,
      reply: pageOf(robotGroupSchema),
      handle: ({ caller, query }) => listGroups(context, caller, query),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/robot-groups',
      summary: 'Create a robot group',
      body: writeRobotGroupSchema,
      reply: robotGroupSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const group = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createGroup(db, caller, body, request.id)),
        );
        tell(context, caller);
        return group;
      },
    }),
    route({
      ...read,
      ...one,
      path: '/robot-groups/:id',
      summary: 'One robot group',
      reply: robotGroupSchema,
      handle: ({ caller, params }) => getGroup(context, caller, params.id),
    }),
    route({
      ...write,
      ...one,
      method: 'PUT',
      path: '/robot-groups/:id',
      summary: 'Change a robot group',
      body: writeRobotGroupSchema,
      reply: robotGroupSchema,
      handle: ({ caller, params, body, request }) => changeGroup(context, caller, params.id, body, request.id),
    }),
    route({
      ...write,
      ...one,
      method: 'DELETE',
      path: '/robot-groups/:id',
      summary: 'Delete a robot group that nothing names any more',
      handle: ({ caller, params, request }) => deleteGroup(context, caller, params.id, request.id),
    }),
  ];
}

function reservationRoutes(context: Context): Route[] {
  return [
    route({
      ...read,
      path: '/reservations',
      summary: 'List reservations that are not over, newest first',
      query: reservationListQuerySchema,
      reply: pageOf(reservationSchema),
      handle: ({ caller, query }) => listReservations(context, caller, query),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/reservations',
      summary: 'Reserve a robot for jobs of a workflow, a group or a reference',
      body: createReservationSchema,
      reply: reservationSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const reservation = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createReservation(db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return reservation;
      },
    }),
    route({
      ...write,
      ...one,
      method: 'DELETE',
      path: '/reservations/:id',
      summary: 'Delete a reservation',
      handle: ({ caller, params, request }) => deleteReservation(context, caller, params.id, request.id),
    }),
  ];
}
