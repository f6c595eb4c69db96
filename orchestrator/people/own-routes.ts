import {
  AppError,
  changePasswordSchema,
  confirmTotpSchema,
  endTotpSchema,
  idParamsSchema,
  recoveryCodesSchema,
  sessionListSchema,
  startTotpReplySchema,
  startTotpSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import { type Route, route } from '../http/route.ts';
import { auditOwn, changePassword, provePassword } from './own-account.ts';
import { confirmTotp, endTotp, passSecondFactor, startTotp } from './second-factor.ts';
import { personOf } from './session-callers.ts';
import { endSessions, listSessions } from './sessions.ts';

/** What people who have signed in do about themselves. */
export function ownRoutes(context: Context): Route[] {
  const common = { auth: 'person', tag: 'people' } as const;
  const { pool } = context.database;
  return [
    route({
      ...common,
      method: 'POST',
      path: '/me/sign-out',
      summary: 'End this session',
      async handle({ caller }) {
        await inTenant(pool, personOf(caller).tenantId, (db) =>
          endSessions(db, { sessionId: caller.credentialId }, 'signed-out'),
        );
        context.signals.send({ kind: 'keys' });
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/me/sessions',
      summary: 'Where one is signed in, newest first; at most 200',
      reply: sessionListSchema,
      async handle({ caller }) {
        const { id, tenantId } = personOf(caller);
        return { items: await inTenant(pool, tenantId, (db) => listSessions(db, id, caller.credentialId)) };
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/me/sessions/:id',
      summary: 'End one of the own sessions',
      params: idParamsSchema,
      async handle({ caller, params, request }) {
        const { id, tenantId } = personOf(caller);
        await inTenant(pool, tenantId, async (db) => {
          const own = await db.query(sql`
            select id from sessions where id = ${params.id}::uuid and person_id = ${id}::uuid`);
          if (own.length === 0) throw new AppError('NOT_FOUND', 'There is no session with this id.');
          await endSessions(db, { sessionId: params.id }, 'ended');
          await auditOwn(db, caller, 'session.end', request.id);
        });
        context.signals.send({ kind: 'keys' });
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/me/password',
      summary: 'Change the own password; every other session ends',
      body: changePasswordSchema,
      handle: ({ caller, body, request }) => changePassword(context, caller, body, request),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/me/totp',
      summary: 'A secret for an app that makes codes; it counts once confirmed',
      body: startTotpSchema,
      reply: startTotpReplySchema,
      async handle({ caller, body, request }) {
        const { id, tenantId } = personOf(caller);
        await provePassword(context, caller, body.password, request.ip);
        return inTenant(pool, tenantId, (db) => startTotp(db, id, caller.keyDisplay));
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/me/totp/confirm',
      summary: 'Show a code of the app: from now on signing in asks for one',
      body: confirmTotpSchema,
      reply: recoveryCodesSchema,
      async handle({ caller, body, request }) {
        const { id, tenantId } = personOf(caller);
        const recoveryCodes = await inTenant(pool, tenantId, async (db) => {
          const codes = await confirmTotp(db, id, body.code);
          await auditOwn(db, caller, 'person.totp', request.id);
          return codes;
        });
        return { recoveryCodes };
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/me/totp/off',
      summary: 'Take the second factor away',
      body: endTotpSchema,
      async handle({ caller, body, request }) {
        const { id, tenantId } = personOf(caller);
        await provePassword(
          context,
          caller,
          body.password,
          request.ip,
          async (db) => (await passSecondFactor(db, id, body.code)) === 'passed',
        );
        await inTenant(pool, tenantId, async (db) => {
          await endTotp(db, id);
          await auditOwn(db, caller, 'person.totp-off', request.id);
        });
      },
    }),
  ];
}
