import { type HttpPolicy, type WatchOutlet, watchMailbox, watchPostgres } from '@casare/engine';
import {
  AppError,
  asAppError,
  type ClaimedWatches,
  claimWatchesReplySchema,
  reportWatchReplySchema,
  toWire,
  type WatchSetup,
  type WireError,
} from '@casare/shared';
import type { Logger } from 'pino';
import { createBackoff, pause } from '../backoff.ts';
import { isTemporary, type OrchestratorClient } from '../orchestrator-client.ts';
import { watchFiles } from './watch-files.ts';

export interface Watches {
  /** Stops watching and says so, so that another robot can begin at once. */
  stop(): Promise<void>;
}

export interface WatchesOptions {
  readonly client: Pick<OrchestratorClient, 'call'>;
  readonly instanceId: string;
  readonly log: Logger;
  readonly policy: HttpPolicy;
  /** Whether the robot takes work now. */
  readonly isActive: () => boolean;
  readonly signal: AbortSignal;
}

interface Running {
  readonly triggerId: string;
  readonly token: number;
  readonly revision: number;
  error: WireError | undefined;
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** Between two claims, until one has said how long its leases are. */
const firstPauseMs = 5000;
const stopMs = 2000;

/** Watches what the orchestrator gives this robot to watch: files, mailboxes, databases. */
export function startWatches({ client, instanceId, log, policy, isActive, signal }: WatchesOptions): Watches {
  const running = new Map<string, Running>();
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  let pauseMs = firstPauseMs;

  async function claim(leaving: boolean, until: AbortSignal): Promise<void> {
    const held = [...running.values()].map(({ triggerId, token, revision, error }) => ({
      triggerId,
      token,
      revision,
      ...(error && { error }),
    }));
    const reply = await client.call('POST', '/watches/claim', claimWatchesReplySchema, {
      body: { instanceId, held, leaving },
      signal: until,
    });
    pauseMs = Math.min(10_000, (reply.leaseSeconds * 1000) / 4);
    settle(reply.watches);
  }

  /** Stops what is not to be watched any more, and begins what is new. */
  function settle(watches: ClaimedWatches['watches']): void {
    const wanted = new Map(watches.map((one) => [one.triggerId, one]));
    for (const one of running.values()) {
      const next = wanted.get(one.triggerId);
      if (next?.token === one.token && next.revision === one.revision) continue;
      end(one);
    }
    for (const { triggerId, token, revision, setup } of watches)
      if (setup && !running.has(triggerId)) begin(triggerId, token, revision, setup);
  }

  function end(one: Running): void {
    one.ending.abort();
    if (running.get(one.triggerId) === one) running.delete(one.triggerId);
  }

  function begin(triggerId: string, token: number, revision: number, setup: WatchSetup): void {
    const over = new AbortController();
    const until = AbortSignal.any([stopped, over.signal]);
    const outlet: WatchOutlet = {
      async report(occurrences, state) {
        await tell(triggerId, token, occurrences, state, until).catch((error: unknown) => {
          // Somebody else watches, or nobody should: what was seen here is seen there.
          if (error instanceof AppError && (error.code === 'STALE_LEASE' || error.code === 'NOT_FOUND')) end(one);
          throw error;
        });
      },
      failed(error) {
        one.error = toWire(error);
        log.warn({ triggerId, reason: error.message }, 'cannot watch, trying again');
      },
      fine() {
        one.error = undefined;
      },
    };
    const one: Running = {
      triggerId,
      token,
      revision,
      error: undefined,
      ending: over,
      // Begun in the next turn: the watch may tell of a failure at once.
      done: Promise.resolve()
        .then(() => watchFor(setup, policy, outlet, until))
        .catch((error: unknown) => {
          if (until.aborted) return;
          one.error = toWire(asAppError(error));
          log.error({ triggerId, reason: asAppError(error).message }, 'a watch has ended');
        }),
    };
    running.set(triggerId, one);
    log.info({ triggerId, kind: setup.kind }, 'watching');
  }

  /** Until everything is taken: what the orchestrator cannot take now is told again. */
  async function tell(
    triggerId: string,
    token: number,
    occurrences: Parameters<WatchOutlet['report']>[0],
    state: Parameters<WatchOutlet['report']>[1],
    until: AbortSignal,
  ): Promise<void> {
    const backoff = createBackoff(500, 30_000);
    let left = occurrences;
    for (;;) {
      until.throwIfAborted();
      try {
        const { taken } = await client.call('POST', '/watches/report', reportWatchReplySchema, {
          body: { instanceId, triggerId, token, occurrences: left, ...(state && { state }) },
          signal: until,
        });
        left = left.filter((_, i) => taken[i] !== true);
        if (left.length === 0) return;
      } catch (error) {
        if (!isTemporary(error)) throw error;
      }
      await pause(backoff.next(), until);
    }
  }

  async function run(): Promise<void> {
    while (!stopped.aborted) {
      await claim(!isActive(), stopped).catch((error: unknown) => {
        if (!stopped.aborted && !isTemporary(error))
          log.warn({ reason: asAppError(error).message }, 'cannot ask what to watch');
      });
      await pause(pauseMs, stopped);
    }
  }

  const asking = run();
  return {
    async stop() {
      ending.abort();
      await asking;
      await Promise.all([...running.values()].map(({ done }) => done));
      const held = running.size > 0;
      running.clear();
      if (held) await claim(true, AbortSignal.timeout(stopMs)).catch(() => undefined);
    },
  };
}

function watchFor(setup: WatchSetup, policy: HttpPolicy, outlet: WatchOutlet, signal: AbortSignal): Promise<void> {
  const { state, secrets } = setup;
  switch (setup.kind) {
    case 'file':
      return watchFiles({ settings: setup.settings, since: new Date(setup.since) }, outlet, signal);
    case 'mail': {
      const { host, port, security, verifyTls, certificate, user, folder, from, subject, everySeconds } =
        setup.settings;
      const { password, accessToken } = secrets;
      const server = {
        host,
        port,
        security,
        verifyTls,
        user,
        timeoutMs: 30_000,
        ...(certificate !== undefined && { certificate }),
        ...(password !== undefined && { password }),
        ...(accessToken !== undefined && { accessToken }),
      };
      return watchMailbox(
        { server, folder, from, subject, everyMs: everySeconds * 1000, state },
        policy,
        outlet,
        signal,
      );
    }
    case 'database': {
      const { channel, catchUp, everySeconds, certificate = '', ...server } = setup.settings;
      const target = { ...server, kind: 'postgres' as const, password: secrets['password'] ?? '', ca: certificate };
      return watchPostgres({ target, channel, catchUp, everyMs: everySeconds * 1000, state }, policy, outlet, signal);
    }
  }
}
