import { AppError } from '@casare/shared';
import type { Caller } from '../keys/caller.ts';

/** Requests a second that one may send for long; twice as many may come at once. 0: no limit. */
export interface RequestRates {
  /** For each person, admin key and service key. */
  readonly perKey: number;
  /** For each robot key; a key may have a thousand robots. */
  readonly perRobotKey: number;
  /** For all keys and people of a tenant together, so that one tenant leaves room for the others. */
  readonly perTenant: number;
}

export interface RequestLimits {
  /** Throws RATE_LIMITED, with the seconds to wait, when too many have come. */
  take(caller: Caller): void;
}

interface Bucket {
  left: number;
  at: number;
}

const burstSeconds = 2;
const maxBuckets = 20_000;

/**
 * Token buckets, by whose key it is and never by the address, which a proxy shares among everybody. They live in the memory of an
 * instance: behind two instances one may send twice as much.
 */
export function createRequestLimits(rates: RequestRates, now: () => number = () => performance.now()): RequestLimits {
  const buckets = new Map<string, Bucket>();

  /** Takes one, or says how many seconds to wait. */
  function takeFrom(name: string, rate: number): number {
    if (rate === 0) return 0;
    const time = now();
    const bucket = buckets.get(name) ?? { left: rate * burstSeconds, at: time };
    bucket.left = Math.min(rate * burstSeconds, bucket.left + ((time - bucket.at) / 1000) * rate);
    bucket.at = time;
    if (buckets.size >= maxBuckets && !buckets.has(name)) forgetOldest();
    buckets.set(name, bucket);
    if (bucket.left < 1) return (1 - bucket.left) / rate;
    bucket.left--;
    return 0;
  }

  function forgetOldest(): void {
    const [oldest] = buckets.keys();
    if (oldest !== undefined) buckets.delete(oldest);
  }

  return {
    take(caller) {
      const perKey = caller.keyKind === 'robot' ? rates.perRobotKey : rates.perKey;
      const wait = takeFrom(caller.keyId, perKey);
      if (wait > 0) throw tooMany(`more than ${perKey} requests a second with one key`, wait);
      const waitForTenant = takeFrom(caller.tenantId, rates.perTenant);
      if (waitForTenant > 0)
        throw tooMany(`more than ${rates.perTenant} requests a second of this tenant`, waitForTenant);
    },
  };
}

function tooMany(what: string, seconds: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(seconds));
  return new AppError('RATE_LIMITED', `Too many requests: ${what}. Wait ${retryAfter} s and send fewer.`, {
    retryable: true,
    details: { retryAfter },
  });
}
