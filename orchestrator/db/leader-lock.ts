import pg from 'pg';
import { connectionOptions } from './pool.ts';

export interface LeaderLock {
  /** Whether this instance leads now; asks for the lock when it does not have it. */
  isLeader(): Promise<boolean>;
  stop(): Promise<void>;
}

/** One instance at a time holds the lock, as long as its connection lives. */
export function createLeaderLock(url: string, lock: number): LeaderLock {
  let client: pg.Client | undefined;
  let leads = false;

  function drop(): void {
    leads = false;
    client?.end().catch(() => {});
    client = undefined;
  }

  return {
    async isLeader() {
      try {
        if (!client) {
          const fresh = new pg.Client({
            ...connectionOptions(url, 'casare_system', 'leader'),
            connectionTimeoutMillis: 3000,
          });
          fresh.on('error', () => {
            if (client === fresh) drop();
          });
          client = fresh;
          await fresh.connect();
        }
        // Also when it leads already: an answer proves that the connection, hence the lock, is still there.
        const text = leads ? 'select true as leads' : `select pg_try_advisory_lock(${lock}) as leads`;
        const { rows } = await client.query<{ leads: boolean }>(text);
        leads = rows[0]?.leads ?? false;
        return leads;
      } catch (error) {
        drop();
        throw error;
      }
    },
    async stop() {
      leads = false;
      await client?.end().catch(() => {});
      client = undefined;
    },
  };
}
