/** Below this much left of the lease, nothing may be done outside that must not happen twice. */
const SAFETY_MS = 10_000;

/**
 * How long this robot may believe it holds a job, on the monotonic clock and counted from before the renewing request was sent,
 * so that neither a slow answer nor a changed wall clock makes it believe too long.
 */
export interface Lease {
  renewed(sentAt: number, seconds: number): void;
  /** Whether an effect may begin now. */
  safe(): boolean;
}

export function createLease(sentAt: number, seconds: number, clock: () => number = () => performance.now()): Lease {
  let until = sentAt + seconds * 1000;
  return {
    renewed(at, length) {
      until = Math.max(until, at + length * 1000);
    },
    safe: () => until - clock() > SAFETY_MS,
  };
}
