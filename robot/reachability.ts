import { AppError } from '@casare/shared';
import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { createBackoff, pause } from './backoff.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';

/** So many calls in a row that reach nobody open the circuit: nothing more is asked until the orchestrator answers. */
const FAILURES = 5;
const HALF_OPEN_MS = 2500;
/** How often a robot that is cut off looks whether the orchestrator is there; a thousand robots must not come at once. */
const LOOK_FIRST_MS = 500;
const LOOK_MOST_MS = 2500;
const LOOK_DEADLINE_MS = 2000;

/** Whether the orchestrator can be reached, and a way to wait for it. */
export interface Reachability {
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Times the circuit opened. */
  readonly opened: number;
  readonly away: boolean;
  /** Resolves after `ms`, when the signal aborts, or when the orchestrator is there again. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  onBack(listener: () => void): void;
  close(): void;
}

/** The client behind a circuit breaker, with somebody who looks out for the orchestrator while it is away. */
export function watchReachability(inner: OrchestratorClient): { client: OrchestratorClient; reach: Reachability } {
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  let back = new AbortController();
  let opened = 0;
  let away = false;
  let breaker = newBreaker();

  function newBreaker() {
    const made = circuitBreaker(handleWhen(isNobodyThere), {
      halfOpenAfter: HALF_OPEN_MS,
      breaker: new ConsecutiveBreaker(FAILURES),
    });
    made.onBreak(() => (opened += 1));
    return made;
  }

  function noteAway(): void {
    if (away || closing.signal.aborted) return;
    away = true;
    void lookOut();
  }

  async function lookOut(): Promise<void> {
    const backoff = createBackoff(LOOK_FIRST_MS, LOOK_MOST_MS);
    while (away && !closing.signal.aborted) {
      await pause(backoff.next(), closing.signal);
      if (away && (await answers(inner.url, closing.signal))) noteBack();
    }
  }

  function noteBack(): void {
    if (!away) return;
    away = false;
    breaker = newBreaker();
    back.abort();
    back = new AbortController();
    for (const listener of listeners) listener();
  }

  return {
    client: {
      url: inner.url,
      async call(method, path, reply, options = {}) {
        try {
          const answer = await breaker.execute(() => inner.call(method, path, reply, options));
          noteBack();
          return answer;
        } catch (error) {
          if (isNobodyThere(error)) noteAway();
          if (!isBrokenCircuitError(error)) throw error;
          throw new AppError(
            'UNREACHABLE',
            `The orchestrator at ${inner.url} did not answer the last calls; it is being looked for.`,
            {
              retryable: true,
            },
          );
        }
      },
    },
    reach: {
      get circuit() {
        if (breaker.state === CircuitState.Open) return 'open';
        return breaker.state === CircuitState.HalfOpen ? 'half-open' : 'closed';
      },
      get opened() {
        return opened;
      },
      get away() {
        return away;
      },
      pause: (ms, signal) => pause(ms, AbortSignal.any([signal, back.signal])),
      onBack: (listener) => void listeners.add(listener),
      close: () => closing.abort(),
    },
  };
}

function isNobodyThere(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'UNREACHABLE' || error.code === 'UNAVAILABLE');
}

/** It is there when it can answer claims, not as soon as its port is open. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(LOOK_DEADLINE_MS)]);
    const response = await fetch(new URL('/health/ready', url), { signal: deadline, redirect: 'error' });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
