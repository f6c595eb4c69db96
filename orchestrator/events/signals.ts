import { randomUUID } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { listen } from '../db/listen.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/**
 * Something an instance tells all instances, itself included, after it was committed. A signal is a hint and may be lost:
 * what it is about stands in the database, and everybody looks there from time to time.
 */
export type Signal =
  /** There are new rows in `events`. */
  | { readonly kind: 'events' }
  /** So many jobs of a workspace can be claimed. */
  | { readonly kind: 'pending'; readonly workspaceId: string; readonly jobs: number }
  /** A job has new journal rows or log lines. */
  | { readonly kind: 'rows'; readonly tenantId: string; readonly jobId: string }
  /** A robot, a job or a queue has new figures that are shown and not kept as events. */
  | {
      readonly kind: 'robot' | 'job' | 'queue';
      readonly tenantId: string;
      readonly workspaceId: string;
      readonly id: string;
    }
  | { readonly kind: 'cancel'; readonly robotId: string; readonly jobId: string }
  | { readonly kind: 'command'; readonly tenantId: string; readonly robotId: string }
  /** A key was revoked. */
  | { readonly kind: 'keys' };

export interface Signals {
  send(signal: Signal): void;
  /** Returns what ends it. */
  subscribe(listener: (signal: Signal) => void): () => void;
  stop(): Promise<void>;
}

const channel = 'casare';
// PostgreSQL takes less than 8,000 bytes a message.
const maxPayload = 7500;
// NOTIFY makes the commits of a server queue up one behind the other while it holds its lock: one for many changes.
const gatherMs = 8;

interface SignalsOptions {
  readonly database: Database;
  readonly url: string;
  readonly onError: (error: Error) => void;
}

export async function startSignals({ database, url, onError }: SignalsOptions): Promise<Signals> {
  const self = randomUUID().slice(0, 8);
  const own = `{"from":"${self}"`;
  const listeners = new Set<(signal: Signal) => void>();
  /** As JSON, each once. */
  let outgoing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let stopped = false;

  const deliver = (signal: Signal) => {
    for (const listener of listeners) listener(signal);
  };

  function schedule(): void {
    if (timer || sending || stopped || outgoing.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      sending = flush().finally(() => {
        sending = undefined;
        schedule();
      });
    }, gatherMs);
  }

  async function flush(): Promise<void> {
    const signals = [...outgoing];
    outgoing = new Set();
    try {
      for (const payload of pack(self, signals))
        await oneAcrossTenants(database.system, sql`select pg_notify(${channel}, ${payload})`);
    } catch (error) {
      onError(error as Error);
    }
  }

  const listener = await listen({
    url,
    channel,
    onMessage(payload) {
      // One's own come back too.
      if (payload.startsWith(own)) return;
      for (const signal of (JSON.parse(payload) as { signals: Signal[] }).signals) deliver(signal);
    },
    // What was missed is unknown, so everybody looks.
    onConnected: () => deliver({ kind: 'events' }),
    onError,
  });

  return {
    send(signal) {
      deliver(signal);
      outgoing.add(JSON.stringify(signal));
      schedule();
    },
    subscribe(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sending;
      await flush();
      await listener.stop();
    },
  };
}

function pack(from: string, signals: readonly string[]): string[] {
  const payloads: string[] = [];
  let part: string[] = [];
  let size = 0;
  const finish = () => {
    if (part.length > 0) payloads.push(`{"from":"${from}","signals":[${part.join(',')}]}`);
    part = [];
    size = 0;
  };
  for (const signal of signals) {
    if (size + signal.length + 1 > maxPayload) finish();
    part.push(signal);
    size += signal.length + 1;
  }
  finish();
  return payloads;
}
