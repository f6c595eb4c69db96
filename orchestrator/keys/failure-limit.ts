import { createHash } from 'node:crypto';
import { AppError } from '@casare/shared';
import { readKey } from './key-format.ts';
import type { Caller, Callers } from './caller.ts';

interface Count {
  readonly since: number;
  failures: number;
}

const minuteMs = 60_000;
const maxCounted = 10_000;
/** Look-ups at the same time for one address that has failed too often. */
const maxLooking = 4;

/**
 * Wrong keys are counted by the address they come from and by the key they claim to be: after so many within a minute the
 * answer is RATE_LIMITED until the minute is over. A right key is let in all the same, so that nobody can lock its owner out;
 * 256 random bits are not found by trying, and what a flood of look-ups may cost is bounded for each address.
 */
export function limitFailures(keys: Callers, perMinute: number, now: () => number = () => performance.now()): Callers {
  const counts = new Map<string, Count>();
  const looking = new Map<string, number>();
  const together = new Map<string, Promise<Caller>>();

  function secondsLeft(name: string): number {
    const count = counts.get(name);
    if (!count || count.failures < perMinute) return 0;
    const left = count.since + minuteMs - now();
    if (left <= 0) counts.delete(name);
    return Math.max(0, Math.ceil(left / 1000));
  }

  function note(name: string): void {
    const count = counts.get(name);
    if (count && count.since + minuteMs > now()) {
      count.failures++;
      return;
    }
    // The order of a Map is that of insertion: the oldest gives way, never all of them.
    counts.delete(name);
    const [oldest] = counts.size >= maxCounted ? counts.keys() : [];
    if (oldest !== undefined) counts.delete(oldest);
    counts.set(name, { since: now(), failures: 1 });
  }

  /** Many requests with the same key are one look-up, so that a right key does not use up the room by itself. */
  function verifyTogether(key: string | undefined, address: string, wait: number) {
    const name = createHash('sha256')
      .update(`${address} ${key ?? ''}`)
      .digest('base64');
    const under = together.get(name);
    if (under) return under;
    const looked = verifyLimited(key, address, wait).finally(() => together.delete(name));
    together.set(name, looked);
    return looked;
  }

  async function verifyLimited(key: string | undefined, address: string, wait: number) {
    const others = looking.get(address) ?? 0;
    if (others >= maxLooking) throw tooMany(wait);
    looking.set(address, others + 1);
    try {
      return await keys.verify(key, address);
    } finally {
      const left = (looking.get(address) ?? 1) - 1;
      if (left === 0) looking.delete(address);
      else looking.set(address, left);
    }
  }

  return {
    async verify(key, address) {
      const names = () => [`address ${address}`, ...(key === undefined ? [] : idOf(key))];
      // Nothing is counted in normal times, and then a request pays nothing for this.
      const wait = counts.size === 0 ? 0 : Math.max(...names().map(secondsLeft));
      try {
        return await (wait === 0 ? keys.verify(key, address) : verifyTogether(key, address, wait));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') throw error;
        names().forEach(note);
        throw wait === 0 ? error : tooMany(wait);
      }
    },
    forget: () => keys.forget(),
  };
}

function idOf(key: string): string[] {
  const presented = readKey(key);
  return presented ? [`key ${presented.publicId}`] : [];
}

function tooMany(seconds: number): AppError {
  return new AppError('RATE_LIMITED', 'Too many requests with a wrong key. Wait a minute and check the key.', {
    details: { retryAfter: seconds },
  });
}
