/**
 * Robots whose claim found nothing and who wait for a job. When jobs come, as many are woken as there are jobs; one that
 * may not take any of them passes the chance on to the next, so that a hundred idle robots do not all ask for one job.
 */
export interface WaitingClaims {
  /** The last round of a workspace; taken before looking for a job, so that no wake-up in between is missed. */
  lastRound(workspaceId: string): number;
  /** Resolves with the round it was woken in, or nothing when the time is over or the signal aborted. */
  wait(workspaceId: string, afterRound: number, ms: number, signal: AbortSignal): Promise<number | undefined>;
  wake(workspaceId: string, jobs: number): void;
  /** Somebody woken in this round took nothing: one who has not been asked in it may try. */
  passOn(workspaceId: string, round: number): void;
  /** Those somebody waits in. */
  workspaces(): string[];
}

interface Waiter {
  readonly afterRound: number;
  resolve(round: number | undefined): void;
}

export function createWaitingClaims(): WaitingClaims {
  const waiting = new Map<string, Set<Waiter>>();
  const lastRounds = new Map<string, number>();
  let rounds = 0;

  function wakeNext(workspaceId: string, round: number): boolean {
    for (const waiter of waiting.get(workspaceId) ?? []) {
      if (waiter.afterRound >= round) continue;
      waiter.resolve(round);
      return true;
    }
    return false;
  }

  return {
    lastRound: (workspaceId) => lastRounds.get(workspaceId) ?? 0,
    wait(workspaceId, afterRound, ms, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      const last = lastRounds.get(workspaceId) ?? 0;
      if (last > afterRound) return Promise.resolve(last);
      return new Promise((resolve) => {
        const queue = waiting.get(workspaceId) ?? new Set<Waiter>();
        waiting.set(workspaceId, queue);
        const end = (round: number | undefined) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          queue.delete(waiter);
          if (queue.size === 0 && waiting.get(workspaceId) === queue) waiting.delete(workspaceId);
          resolve(round);
        };
        const waiter: Waiter = { afterRound, resolve: end };
        const giveUp = () => end(undefined);
        const timer = setTimeout(giveUp, ms);
        signal.addEventListener('abort', giveUp);
        queue.add(waiter);
      });
    },
    wake(workspaceId, jobs) {
      const round = ++rounds;
      lastRounds.set(workspaceId, round);
      for (let i = 0; i < jobs; i++) if (!wakeNext(workspaceId, round)) return;
    },
    passOn: wakeNext,
    workspaces: () => [...waiting.keys()],
  };
}
