import { sessionTokensSchema, setupSchema, setupStateSchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { clientOf } from '../people/sign-in-routes.ts';
import { isSetupNeeded, setUp } from './setup.ts';

/** There is no default account: who holds the setup token of an empty installation is its first person. */
export function setupRoutes(context: Context): Route[] {
  const common = { path: '/setup', auth: 'none', tag: 'people', bodyLimit: 4096 } as const;
  return [
    route({
      ...common,
      method: 'GET',
      summary: 'Whether the installation waits for its first person',
      reply: setupStateSchema,
      handle: async () => ({ needed: await isSetupNeeded(context.database) }),
    }),
    route({
      ...common,
      method: 'POST',
      summary: 'The first person comes in with the setup token',
      body: setupSchema,
      reply: sessionTokensSchema,
      status: 201,
      handle: ({ body, request }) => setUp(context, body, clientOf(request), request.id),
    }),
  ];
}
