import { AppError } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { Caller, KeyVerifier } from '../keys/verify.ts';
import type { RouteAuth } from './route.ts';

export type Authenticate = (request: FastifyRequest, auth: RouteAuth) => Promise<Caller | undefined>;

/** Who sends the request, and whether the route takes keys of that kind. */
export function createAuthenticate(keys: KeyVerifier): Authenticate {
  return async (request, auth) => {
    if (auth === 'none') return undefined;
    const caller = await keys.verify(presentedKey(request), request.ip);
    if (auth !== 'any' && caller.keyKind !== auth) {
      throw new AppError(
        'FORBIDDEN',
        `This needs a key of the kind "${auth}"; yours is of the kind "${caller.keyKind}".`,
      );
    }
    return caller;
  };
}

function presentedKey(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string') return header;
  const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
  return scheme?.toLowerCase() === 'bearer' ? token : undefined;
}
