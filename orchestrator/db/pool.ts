import pg from 'pg';
import { prepareTenant } from './tenant-query.ts';

/** What statements run on; only db/ knows more of PostgreSQL than this. */
export interface Pool {
  connect(): Promise<PoolClient>;
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  end(): Promise<void>;
}
export type PoolClient = pg.PoolClient;

export type DatabaseRole = 'casare_app' | 'casare_system';

export interface PoolOptions {
  readonly url: string;
  readonly role: DatabaseRole;
  readonly max: number;
  readonly name: string;
  readonly onError: (error: Error) => void;
}

/** Row level security binds neither superusers nor owners, so every connection becomes one of the two roles before anything else. */
export function createPool({ url, role, max, name, onError }: PoolOptions): Pool {
  const pool = new pg.Pool({
    ...connectionOptions(url, role, name),
    max,
    // Three queries of a transaction leave in one write and need one round trip.
    pipeline: true,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', onError);
  // A client that is checked out has no listener of its own: without this a killed backend ends the process.
  pool.on('connect', (client) => {
    client.on('error', onError);
    prepareTenant(client, onError);
  });
  return pool;
}

/** Settings of a connection, sent with its first packet. */
export function connectionOptions(url: string, role: DatabaseRole, name: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `casare ${name}`,
    options: [
      `role=${role}`,
      'statement_timeout=5000',
      'lock_timeout=2000',
      'idle_in_transaction_session_timeout=10000',
      'timezone=UTC',
      // Statements here are long and their best plan does not depend on the values: planned once, not each time.
      'plan_cache_mode=force_generic_plan',
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    keepAlive: true,
    types: { getTypeParser },
  };
}

const int8 = 20;

// Counters and tokens stay far below 2^53; as text they would have to be parsed everywhere.
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === int8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown);
}
