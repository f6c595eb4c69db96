import { AppError } from '@casare/shared';
import { randomUUID } from 'node:crypto';
import type { Client, Notification } from 'pg';
import type { ServerTarget } from '../resources/databases.ts';
import { reachServer, tlsOptions } from '../resources/databases/reach-server.ts';
import type { HttpPolicy } from '../resources/http-access.ts';
import { keepWatching } from './keep-watching.ts';
import type { WatchedOccurrence, WatchOutlet } from './outlet.ts';

export interface PostgresWatch {
  readonly target: ServerTarget;
  readonly channel: string;
  /** A SELECT for what comes after the key `$1`; its first column is the key. */
  readonly catchUp?: string | undefined;
  readonly everyMs: number;
  readonly state: Readonly<Record<string, unknown>>;
}

const connectMs = 15_000;
const batchSize = 100;
/** Notifications that wait to be told; more than this means that nobody takes them. */
const maxWaiting = 10_000;

/**
 * Tells what a database notifies. PostgreSQL keeps no notification for who is not listening. With a query to catch up a notification only says
 * when to ask, and the rows are what is told: then nothing is lost.
 */
export async function watchPostgres(
  watch: PostgresWatch,
  policy: HttpPolicy,
  outlet: WatchOutlet,
  signal: AbortSignal,
): Promise<void> {
  const { default: pg } = await import('pg');
  let lastKey = typeof watch.state['key'] === 'string' ? watch.state['key'] : null;
  /** Survive a lost connection, as they were received. */
  const waiting: WatchedOccurrence[] = [];

  await keepWatching(outlet, signal, async (begun) => {
    const { target, channel, catchUp } = watch;
    const client = new pg.Client({
      host: target.host,
      port: target.port,
      database: target.database,
      user: target.user,
      password: target.password,
      ssl: tlsOptions(target) ?? false,
      stream: await reachServer(target, policy),
      connectionTimeoutMillis: connectMs,
      application_name: 'CasareRPA',
      keepAlive: true,
    });
    let lost: Error | undefined;
    let wake: () => void = () => undefined;
    const throwIfLost = () => {
      if (lost) throw lost;
    };
    const note = (error?: Error) => {
      lost = error ?? lost ?? new Error('the connection was lost');
      wake();
    };
    client.on('error', note);
    client.on('end', () => note());
    client.on('notification', (message) => {
      if (catchUp === undefined && waiting.length < maxWaiting) waiting.push(occurrenceOf(message));
      wake();
    });
    const abort = () => note();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await client.connect();
      // A name of letters, digits, _ and $ (the contract), in quotes.
      await client.query(`listen "${channel}"`);
      begun();
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (catchUp !== undefined) lastKey = await tellRows(client, catchUp, lastKey, channel, outlet, signal);
        while (waiting.length > 0) {
          const batch = waiting.slice(0, batchSize);
          await outlet.report(batch);
          waiting.splice(0, batch.length);
        }
        throwIfLost();
        const timer = setTimeout(wake, watch.everyMs);
        await woken;
        clearTimeout(timer);
        throwIfLost();
        // A connection that is gone without a word is found out by asking.
        if (catchUp === undefined) await client.query('select 1');
      }
    } catch (error) {
      throw connectionFault(error, watch.target);
    } finally {
      signal.removeEventListener('abort', abort);
      await client.end().catch(() => undefined);
    }
  });
}

async function tellRows(
  client: Client,
  catchUp: string,
  key: string | null,
  channel: string,
  outlet: WatchOutlet,
  signal: AbortSignal,
): Promise<string | null> {
  for (let last = key; ; ) {
    signal.throwIfAborted();
    const { rows, fields } = await client.query<Record<string, unknown>>(
      `select * from (${catchUp.replace(/[;\s]+$/, '')}) as casare_rows limit ${batchSize}`,
      [last],
    );
    if (rows.length === 0) return last;
    const keyName = fields[0]?.name ?? '';
    const keys = rows.map((row) => textOf(row[keyName]));
    const newest = keys.at(-1) ?? '';
    if (newest === last)
      throw new AppError(
        'DATABASE_FAILED',
        'The query to catch up gives rows of the last key again. It must give only what comes after $1, in order.',
      );
    await outlet.report(
      rows.map((row, i) => ({
        messageId: `row:${keys[i]}`.slice(0, 300),
        payload: { channel, key: keys[i], row: JSON.parse(JSON.stringify(row)) as unknown },
      })),
      { key: newest },
    );
    last = newest;
    if (rows.length < batchSize) return last;
  }
}

/** It has no name of its own, so it is told under one that is given here. */
function occurrenceOf({ channel, payload = '' }: Notification): WatchedOccurrence {
  let row: unknown = null;
  try {
    row = JSON.parse(payload);
  } catch {
    row = null;
  }
  const isRecord = typeof row === 'object' && row !== null && !Array.isArray(row);
  return { messageId: `notify:${randomUUID()}`, payload: { channel, text: payload, row: isRecord ? row : null } };
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function connectionFault(error: unknown, { host, database }: ServerTarget): unknown {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'DATABASE_UNREACHABLE',
    `The database "${database}" at ${host} cannot be listened to: ${reason}`,
    {
      retryable: true,
      cause: error,
    },
  );
}
