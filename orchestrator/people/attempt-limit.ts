import { isIPv6 } from 'node:net';
import { AppError } from '@casare/shared';

export interface AttemptLimit {
  /** Throws RATE_LIMITED where somebody has failed too often; otherwise the attempt counts until it is known to be right. */
  begin(address: string, account: string, isKnown: () => Promise<boolean>): Promise<Attempt>;
}

export interface Attempt {
  succeeded(): void;
}

interface Count {
  readonly since: number;
  attempts: number;
}

const minuteMs = 60_000;
const maxCounted = 20_000;
/** Of one account from all addresses together: what many machines may try, and an owner at a new place waits for. */
const accountFactor = 10;

/**
 * Wrong passwords and codes: so many a minute from one address, and for one account from one address. From all addresses
 * together an account takes ten times as many, and those it has signed in from before are let through even then, so that
 * nobody locks anybody else out. An attempt counts from its begin, so that many at once are no way round.
 */
export function createAttemptLimit(perMinute: number, now: () => number = () => performance.now()): AttemptLimit {
  const counts = new Map<string, Count>();

  function secondsLeft(name: string, limit: number): number {
    const count = counts.get(name);
    if (!count) return 0;
    const left = count.since + minuteMs - now();
    if (left <= 0) counts.delete(name);
    return left > 0 && count.attempts >= limit ? Math.ceil(left / 1000) : 0;
  }

  function add(name: string, n: number): void {
    const count = counts.get(name);
    if (count && count.since + minuteMs > now()) {
      count.attempts = Math.max(0, count.attempts + n);
      return;
    }
    if (n < 0) return;
    counts.delete(name);
    const [oldest] = counts.size >= maxCounted ? counts.keys() : [];
    if (oldest !== undefined) counts.delete(oldest);
    counts.set(name, { since: now(), attempts: n });
  }

  return {
    async begin(address, account, isKnown) {
      const names = [`address ${networkOf(address)}`, `account ${account}`];
      const [fromAddress = '', ofAccount = ''] = names;
      const wait = secondsLeft(fromAddress, perMinute);
      if (wait > 0) throw tooMany(wait);
      const accountWait = secondsLeft(ofAccount, perMinute * accountFactor);
      for (const name of names) add(name, 1);
      if (accountWait > 0 && !(await isKnown())) throw tooMany(accountWait);
      return { succeeded: () => names.forEach((name) => add(name, -1)) };
    },
  };
}

/** Whoever has one IPv6 address has the other 2^64 of its network too. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const all = address.includes('::')
    ? [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
    : before;
  return all
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}

function tooMany(seconds: number): AppError {
  return new AppError('RATE_LIMITED', `Too many wrong passwords or codes. Wait ${seconds} seconds and try again.`, {
    details: { retryAfter: seconds },
  });
}
