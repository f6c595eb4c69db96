import { AppError } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { Caller, Callers } from '../keys/caller.ts';
import type { RouteAccess } from './route.ts';

export type Authenticate = (request: FastifyRequest, access: RouteAccess) => Promise<Caller | undefined>;

/** Who sends the request, and whether the route is for them. */
export function createAuthenticate(callers: Callers): Authenticate {
  return async (request, access) => {
    if (access.auth === 'none') return undefined;
    const caller = await callers.verify(shown(request), request.ip, chosenWorkspace(request));
    const refusal = refusalOf(caller, access);
    if (refusal) throw refusal;
    return caller;
  };
}

/** Why a caller may not do what a route does; nothing when it may. */
export function refusalOf(caller: Caller, access: RouteAccess): AppError | undefined {
  const isRobot = caller.keyKind === 'robot';
  if (access.auth === 'person' && caller.keyKind !== 'person')
    return new AppError('FORBIDDEN', 'This is for people who have signed in; you came with a key.');
  if (access.auth === 'robot' && !isRobot)
    return new AppError('FORBIDDEN', 'This is for robots: it needs a robot key.');
  if (access.auth === 'admin' && isRobot)
    return new AppError(
      'FORBIDDEN',
      'This is not for robots: it needs an admin key, a service key or a signed-in person.',
    );
  if (access.auth === 'admin' && !caller.scopes.has(access.scope))
    return new AppError('FORBIDDEN', `This needs the scope "${access.scope}", which you do not have.`, {
      details: { scope: access.scope },
    });
  return undefined;
}

/** A key or an access token. */
function shown(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string') return header;
  const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
  return scheme?.toLowerCase() === 'bearer' ? token : undefined;
}

/** People with several workspaces choose one for each request; without the header it is the one they have been in longest. */
function chosenWorkspace(request: FastifyRequest): string | undefined {
  const header = request.headers['x-workspace'];
  return typeof header === 'string' ? header.toLowerCase() : undefined;
}
