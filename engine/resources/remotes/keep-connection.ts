import { AppError } from '@casare/shared';
import type { lendInTurn } from '../lend-in-turn.ts';

/** An open connection, whatever it speaks. */
export interface Connection {
  readonly isAlive: boolean;
  /** Rejects when it is lost, for libraries that then leave their callers waiting. */
  readonly lost?: Promise<never>;
  close(): void;
}

/** A place for a connection that is opened by whoever first borrows it. */
export function keepConnection<Kept extends Connection>() {
  let opened: Kept | undefined;
  let isDead = false;
  return {
    get isAlive(): boolean {
      return !isDead && (opened?.isAlive ?? true);
    },
    async get(open: () => Promise<Kept>): Promise<Kept> {
      if (opened) return opened;
      try {
        const connection = await open();
        // Cancelled while it was being opened: nobody would close it any more.
        if (isDead) connection.close();
        opened = connection;
        return connection;
      } catch (error) {
        isDead = true;
        throw error;
      }
    },
    async kill(): Promise<void> {
      isDead = true;
      opened?.close();
    },
  };
}

type Place<Kept extends Connection> = ReturnType<typeof keepConnection<Kept>>;

/** Opens when needed and works with it; whoever cancels waits for neither library nor server. */
export async function borrow<Kept extends Connection, Result>(
  places: ReturnType<typeof lendInTurn<Place<Kept>>>,
  signal: AbortSignal,
  open: () => Promise<Kept>,
  work: (connection: Kept) => Promise<Result>,
): Promise<Result> {
  return await places.use(signal, async (place) => {
    const cancelled = Promise.withResolvers<never>();
    cancelled.promise.catch(() => undefined);
    const cancel = () => {
      cancelled.reject(signal.reason);
      void place.kill();
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const connection = await Promise.race([place.get(open), cancelled.promise]);
      const working = work(connection);
      return await Promise.race([working, cancelled.promise, ...(connection.lost ? [connection.lost] : [])]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // What is no answer of the server may have left half a conversation behind.
      if (!(error instanceof AppError)) void place.kill();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  });
}
