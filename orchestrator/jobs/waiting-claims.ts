/**
 * Robots whose claim found nothing and who wait for a job. When jobs come, as many are woken as there are jobs, the one that
 * suits best first; one that may not take any of them passes the chance on to the next, so that a hundred idle robots do not
 * all ask for one job.
 */
export interface WaitingClaims {
  /** The last round of a workspace; taken before looking for a job, so that no wake-up in between is missed. */
  lastRound(workspaceId: string): number;
  /** Resolves with the round it was woken in, or nothing when the time is over or the signal aborted. */
  wait(claim: WaitingClaim, afterRound: number, ms: number, signal: AbortSignal): Promise<number | undefined>;
  wake(workspaceId: string, jobs: number): void;
  /** Somebody woken in this round took nothing: one who has not been asked in it may try. */
  passOn(workspaceId: string, round: number): void;
  /** Those somebody waits in. */
  workspaces(): string[];
}

/** Whose claim waits. */
export interface WaitingClaim {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly instanceId: string;
}

/** Those that may take one of so many jobs, in the order in which they are to be woken. It may fail, then all keep their order. */
export type RankClaims = (
  workspaceId: string,
  waiting: readonly WaitingClaim[],
  jobs: number,
) => Promise<readonly WaitingClaim[]>;

interface Waiter {
  readonly claim: WaitingClaim;
  readonly afterRound: number;
  resolve(round: number | undefined): void;
}

export function createWaitingClaims(rank: RankClaims = (_, waiting) => Promise.resolve(waiting)): WaitingClaims {
  /** The order of a Set is that of insertion. */
  const waiting = new Map<string, Set<Waiter>>();
  const lastRounds = new Map<string, number>();
  /** Jobs told of while the order is being found, by workspace. */
  const ranking = new Map<string, number>();
  let rounds = 0;

  function wakeNext(workspaceId: string, round: number): boolean {
    for (const waiter of waiting.get(workspaceId) ?? []) {
      if (waiter.afterRound >= round) continue;
      waiter.resolve(round);
      return true;
    }
    return false;
  }

  /** Whoever is looking for a job at this moment learns by the round that there may be one. */
  function wakeAll(workspaceId: string, jobs: number): void {
    const round = ++rounds;
    lastRounds.set(workspaceId, round);
    for (let i = 0; i < jobs; i++) if (!wakeNext(workspaceId, round)) return;
  }

  async function wakeBest(workspaceId: string, queue: Set<Waiter>): Promise<void> {
    const waiters = [...queue];
    const told = ranking.get(workspaceId) ?? 1;
    const order = await rank(
      workspaceId,
      waiters.map(({ claim }) => claim),
      told,
    ).catch(() => undefined);
    if (order) {
      const rest = new Set(queue);
      const best = order.flatMap((claim) => waiters.find((one) => one.claim === claim) ?? []);
      queue.clear();
      for (const waiter of best) if (rest.delete(waiter)) queue.add(waiter);
      // Whoever came meanwhile stays behind them.
      for (const waiter of rest) queue.add(waiter);
    }
    const jobs = ranking.get(workspaceId) ?? told;
    ranking.delete(workspaceId);
    // Nobody may take any of them, unless there came more meanwhile.
    wakeAll(workspaceId, order?.length === 0 && jobs === told ? 0 : jobs);
  }

  return {
    lastRound: (workspaceId) => lastRounds.get(workspaceId) ?? 0,
    wait(claim, afterRound, ms, signal) {
      const { workspaceId } = claim;
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
        const waiter: Waiter = { claim, afterRound, resolve: end };
        const giveUp = () => end(undefined);
        const timer = setTimeout(giveUp, ms);
        signal.addEventListener('abort', giveUp);
        queue.add(waiter);
      });
    },
    wake(workspaceId, jobs) {
      const queue = waiting.get(workspaceId);
      // One robot alone is the best one.
      if (!queue || queue.size < 2) wakeAll(workspaceId, jobs);
      else if (ranking.has(workspaceId)) ranking.set(workspaceId, (ranking.get(workspaceId) ?? 0) + jobs);
      else {
        ranking.set(workspaceId, jobs);
        void wakeBest(workspaceId, queue);
      }
    },
    passOn: wakeNext,
    workspaces: () => [...waiting.keys()],
  };
}
