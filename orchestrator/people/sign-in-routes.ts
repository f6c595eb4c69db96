import { acceptInvitationSchema, meSchema, refreshSchema, sessionTokensSchema, signInSchema } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { acceptInvitation } from './invitations.ts';
import { describeCaller } from './own-account.ts';
import { type Client, refreshSession } from './sessions.ts';
import { signIn } from './sign-in.ts';

/** How somebody comes in and stays in. Small bodies: whoever sends them is not known yet. */
export function signInRoutes(context: Context): Route[] {
  const open = { method: 'POST', auth: 'none', tag: 'people', bodyLimit: 4096 } as const;
  return [
    route({
      ...open,
      path: '/sign-in',
      summary: 'E-mail and password for the tokens of a new session',
      body: signInSchema,
      reply: sessionTokensSchema,
      handle: ({ body, request }) => signIn(context, body, clientOf(request), request.id),
    }),
    route({
      ...open,
      path: '/sign-in/refresh',
      summary: 'New tokens for a refresh token, which is good once',
      body: refreshSchema,
      reply: sessionTokensSchema,
      handle: ({ body }) => refreshSession(context, body.refreshToken),
    }),
    route({
      ...open,
      path: '/invitations/accept',
      summary: 'Come in with the token of an invitation',
      body: acceptInvitationSchema,
      reply: sessionTokensSchema,
      handle: ({ body, request }) => acceptInvitation(context, body, clientOf(request)),
    }),
    route({
      method: 'GET',
      path: '/me',
      auth: 'any',
      tag: 'people',
      summary: 'Who asks, where, and what they may do there',
      reply: meSchema,
      handle: ({ caller }) => describeCaller(context, caller),
    }),
  ];
}

export function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, userAgent: request.headers['user-agent'] };
}
