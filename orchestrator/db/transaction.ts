import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@casare/shared';
import type { Pool, PoolClient } from './pool.ts';
import type { Statement } from './sql.ts';
import { queryInTenant } from './tenant-query.ts';

/** Statements within one transaction. */
export interface Db {
  query<Row>(statement: Statement): Promise<Row[]>;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A transaction that sees and writes one tenant only. Deadlocks and serialization failures are tried again. */
export function inTenant<Result>(pool: Pool, tenantId: string, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withRetry(() => transact(pool, beginFor(tenantId), work));
}

/** One statement in a transaction of its own for one tenant, in a single round trip. */
export function oneInTenant<Row>(pool: Pool, tenantId: string, statement: Statement): Promise<Row[]> {
  return withRetry(() => single<Row>(pool, checked(tenantId), statement));
}

/** A transaction over all tenants; only a pool of the role casare_system sees rows in it. */
export function acrossTenants<Result>(pool: Pool, work: (db: Db) => Promise<Result>): Promise<Result> {
  return withRetry(() => transact(pool, 'begin', work));
}

/** One statement over all tenants. */
export function oneAcrossTenants<Row>(pool: Pool, statement: Statement): Promise<Row[]> {
  return withRetry(async () => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return (await client.query({ ...statement, values: [...statement.values] })).rows as Row[];
    } catch (error) {
      broken = connectionFault(error);
      throw error;
    } finally {
      client.release(broken);
    }
  });
}

function beginFor(tenantId: string): string {
  // It stands in the text because two statements in one message take no parameters.
  return `begin; select set_config('app.tenant', '${checked(tenantId)}', true)`;
}

function checked(tenantId: string): string {
  if (!uuid.test(tenantId)) throw new TypeError('a tenant id must be a lower-case UUID');
  return tenantId;
}

async function single<Row>(pool: Pool, tenantId: string, statement: Statement): Promise<Row[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await queryInTenant<Row>(client, tenantId, statement);
  } catch (error) {
    broken = connectionFault(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

async function transact<Result>(pool: Pool, begin: string, work: (db: Db) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const started = client.query(begin);
    // The first statement of the work goes out with it; a failure here fails that one too.
    started.catch(() => {});
    const result = await work(dbOf(client));
    await started;
    const end = await client.query('commit');
    if (end.command !== 'COMMIT') throw new Error('the transaction was rolled back by the database');
    return result;
  } catch (error) {
    broken = connectionFault(error);
    if (!broken) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

function dbOf(client: PoolClient): Db {
  return {
    async query<Row>(statement: Statement): Promise<Row[]> {
      return (await client.query({ ...statement, values: [...statement.values] })).rows as Row[];
    },
  };
}

/** SQLSTATE of an error of PostgreSQL. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether the database itself refused the transaction, so that nothing of it can have happened. */
export function isRolledBack(error: unknown): boolean {
  return sqlStateOf(error) !== undefined && connectionFault(error) === undefined;
}

/** An error after which the connection must not be used again. */
function connectionFault(error: unknown): Error | undefined {
  if (error instanceof AppError || !(error instanceof Error)) return undefined;
  const state = sqlStateOf(error);
  return state !== undefined && !/^(08|57P|58)/.test(state) ? undefined : error;
}

const deadlock = '40P01';
const serialization = '40001';

async function withRetry<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      const state = sqlStateOf(error);
      if (n === 5 || (state !== deadlock && state !== serialization)) throw error;
      await delay(Math.random() * 20 * 2 ** n);
    }
  }
}
