import { AppError } from '@casare/shared';
import type { FastifyRequest } from 'fastify';
import type { Caller, KeyVerifier } from '../keys/verify.ts';
import type { RouteAuth } from './route.ts';

export type Authenticate = (request: FastifyRequest, auth: RouteAuth) => Promise<Caller | undefined>;

/** Who sends the request, and whether the route takes keys of that kind. */
export function createAuthenticate(keys: KeyVerifier, failures: FailureLimit): Authenticate {
  return async (request, auth) => {
    if (auth === 'none') return undefined;
    failures.check(request.ip);
    let caller: Caller;
    try {
      caller = await keys.verify(presentedKey(request), request.ip);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') failures.count(request.ip);
      throw error;
    }
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

export interface FailureLimit {
  /** Throws RATE_LIMITED. */
  check(address: string): void;
  count(address: string): void;
}

/** Wrong keys from one address: so many a minute, then no look-ups for it until the minute is over. */
export function createFailureLimit(perMinute: number, now: () => number = () => performance.now()): FailureLimit {
  const failures = new Map<string, { since: number; count: number }>();
  const minute = 60_000;
  return {
    check(address) {
      const entry = failures.get(address);
      if (!entry || entry.count < perMinute) return;
      const left = entry.since + minute - now();
      if (left <= 0) failures.delete(address);
      else
        throw new AppError('RATE_LIMITED', 'Too many requests with a wrong key. Wait a minute and check the key.', {
          details: { retryAfter: Math.ceil(left / 1000) },
        });
    },
    count(address) {
      const entry = failures.get(address);
      if (entry && entry.since + minute > now()) entry.count++;
      else {
        if (failures.size > 10_000) failures.clear();
        failures.set(address, { since: now(), count: 1 });
      }
    },
  };
}
