import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { connectionOptions } from './pool.ts';

export interface Listener {
  stop(): Promise<void>;
}

interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  onMessage(payload: string): void;
  /** Listening (again): messages since the connection was lost are gone. */
  onConnected(): void;
  onError(error: Error): void;
}

/** LISTEN on a connection of its own, which is made again whenever it is lost. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      ...connectionOptions(options.url, 'casare_system', 'listen'),
      connectionTimeoutMillis: 3000,
    });
    let lost = false;
    const reconnect = (error?: Error) => {
      if (lost || stopping.signal.aborted) return;
      lost = true;
      if (error) options.onError(error);
      fresh.end().catch(() => {});
      void keepTrying();
    };
    fresh.on('error', reconnect);
    fresh.on('notification', (message) => options.onMessage(message.payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${options.channel}`);
    } catch (error) {
      lost = true;
      fresh.end().catch(() => {});
      throw error;
    }
    fresh.on('end', () => reconnect());
    client = fresh;
    options.onConnected();
  }

  async function keepTrying(): Promise<void> {
    for (let pause = 50; !stopping.signal.aborted; pause = Math.min(pause * 2, 2000)) {
      try {
        await delay(pause * (0.5 + Math.random()), undefined, { signal: stopping.signal });
        await connect();
        return;
      } catch (error) {
        if (!stopping.signal.aborted && error instanceof Error) options.onError(error);
      }
    }
  }

  await connect();
  return {
    async stop() {
      stopping.abort();
      await client?.end().catch(() => {});
    },
  };
}
