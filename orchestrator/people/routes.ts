import {
  AppError,
  idParamsSchema,
  invitationSchema,
  inviteReplySchema,
  inviteSchema,
  pageOf,
  pageQuerySchema,
  personListQuerySchema,
  personSchema,
  setRoleSchema,
  setSuperSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { invite, listInvitations, revokeInvitation } from './invitations.ts';
import { setSuper } from './super-admins.ts';
import { endSessionsOf, getPerson, listPeople, removeMember, setRole } from './members.ts';

/** Who is in the workspace, and with what role. */
export function peopleRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'people' } as const;
  const { pool } = context.database;
  const changed = () => {
    // What instances remember of people, and their sockets.
    context.signals.send({ kind: 'keys' });
    context.signals.send({ kind: 'events' });
  };
  return [
    route({
      ...common,
      method: 'GET',
      path: '/people',
      scope: 'people:read',
      summary: 'List the people of the workspace, newest first',
      query: personListQuerySchema,
      reply: pageOf(personSchema),
      handle: ({ caller, query }) => inTenant(pool, caller.tenantId, (db) => listPeople(db, caller, query)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/people/:id',
      scope: 'people:read',
      summary: 'One person',
      params: idParamsSchema,
      reply: personSchema,
      handle: ({ caller, params }) => inTenant(pool, caller.tenantId, (db) => getPerson(db, caller, params.id)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/people/:id/role',
      scope: 'people:write',
      summary: 'Give a person another role in the workspace',
      params: idParamsSchema,
      body: setRoleSchema,
      reply: personSchema,
      async handle({ caller, params, body, request }) {
        const person = await inTenant(pool, caller.tenantId, (db) =>
          setRole(db, caller, params.id, body.role, request.id),
        );
        changed();
        return person;
      },
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/people/:id/super',
      scope: 'tenants:write',
      summary: 'Make a person a super admin, or take that away',
      params: idParamsSchema,
      body: setSuperSchema,
      reply: personSchema,
      async handle({ caller, params, body, request }) {
        const person = await setSuper(context, caller, params.id, body.super, request.id);
        changed();
        return person;
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/people/:id',
      scope: 'people:write',
      summary: 'Take a person out of the workspace',
      params: idParamsSchema,
      async handle({ caller, params, request }) {
        await inTenant(pool, caller.tenantId, (db) => removeMember(db, caller, params.id, request.id));
        changed();
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/people/:id/sign-out',
      scope: 'people:write',
      summary: 'End every session of a person',
      params: idParamsSchema,
      async handle({ caller, params, request }) {
        await inTenant(pool, caller.tenantId, (db) => endSessionsOf(db, caller, params.id, request.id));
        changed();
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/invitations',
      scope: 'people:write',
      summary: 'Invite somebody; the token is shown in this answer only',
      body: inviteSchema,
      reply: inviteReplySchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        let token: string | undefined;
        const { invitation } = await inTenant(pool, caller.tenantId, (db) =>
          once(db, request, caller, async () => {
            const made = await invite(db, caller, body, request.id);
            ({ token } = made);
            return { invitation: made.invitation };
          }),
        );
        if (token === undefined)
          throw new AppError(
            'CONFLICT',
            'This invitation was made by an earlier request and its token is shown once only. Invite once more.',
            { details: { invitationId: invitation.id } },
          );
        return { invitation, token };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/invitations',
      scope: 'people:read',
      summary: 'List invitations nobody has accepted yet, newest first',
      query: pageQuerySchema,
      reply: pageOf(invitationSchema),
      handle: ({ caller, query }) => inTenant(pool, caller.tenantId, (db) => listInvitations(db, caller, query)),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/invitations/:id',
      scope: 'people:write',
      summary: 'Take an invitation back',
      params: idParamsSchema,
      handle: ({ caller, params, request }) =>
        inTenant(pool, caller.tenantId, (db) => revokeInvitation(db, caller, params.id, request.id)),
    }),
  ];
}
