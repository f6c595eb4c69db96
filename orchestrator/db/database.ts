import { AppError } from '@casare/shared';
import { createPool, type Pool } from './pool.ts';
import { sql } from './sql.ts';
import { oneAcrossTenants } from './transaction.ts';

/** The connections of one orchestrator instance. */
export interface Database {
  /** Requests, one tenant at a time. */
  readonly pool: Pool;
  /** Heartbeats and leases: a flood of other requests must not cost a robot its jobs. */
  readonly reserved: Pool;
  /** Housekeeping, key look-up and events, over all tenants. */
  readonly system: Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** A connection was lost; it is replaced at its next use. */
  readonly onError: (error: Error) => void;
}

export function openDatabase({ url, maxConnections, onError }: DatabaseOptions): Database {
  const pool = createPool({ url, role: 'casare_app', max: maxConnections, name: 'requests', onError });
  const reserved = createPool({ url, role: 'casare_app', max: 2, name: 'leases', onError });
  const system = createPool({ url, role: 'casare_system', max: 3, name: 'system', onError });
  return {
    pool,
    reserved,
    system,
    async close() {
      await Promise.all([pool.end(), reserved.end(), system.end()]);
    },
  };
}

/** Throws UNAVAILABLE when the database does not answer. */
export async function pingDatabase(database: Database): Promise<void> {
  try {
    await oneAcrossTenants(database.system, sql`select 1`);
  } catch (cause) {
    throw new AppError('UNAVAILABLE', 'The database does not answer now. Try again in a moment.', {
      retryable: true,
      cause,
    });
  }
}
