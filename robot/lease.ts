/** Below this much left of the lease (10 s of the usual 60 s), nothing may be done outside that must not happen twice. */
const SAFETY_SHARE = 1 / 6;

/**
 * How long this robot may believe it holds a job, on the monotonic clock and counted from before the renewing request was sent,
 * so that neither a slow answer nor a changed wall clock makes it believe too long.
 */
export interface Lease {
  renewed(sentAt: number, seconds: number): void;
  /** How long it is still safe; 0 when it is not. */
  secondsLeft(): number;
  /** Whether an effect may begin now. */
  safe(): boolean;
}

export function createLease(sentAt: number, seconds: number, clock: () => number = () => performance.now()): Lease {
  let safeUntil = end(sentAt, seconds);
  return {
    renewed(at, length) {
      safeUntil = Math.max(safeUntil, end(at, length));
    },
    secondsLeft: () => Math.max(0, safeUntil - clock()) / 1000,
    safe: () => clock() < safeUntil,
  };
}

function end(sentAt: number, seconds: number): number {
  return sentAt + seconds * 1000 * (1 - SAFETY_SHARE);
}
