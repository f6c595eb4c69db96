import { AppError } from '@casare/shared';
import type { DatabaseAccess, DatabaseSession, DatabaseTarget, UseDatabase } from '../databases.ts';
import type { HttpPolicy } from '../http-access.ts';
import { createLeasePool, type Lease, type LeasePool } from '../lease-pool.ts';
import type { DatabaseConnection } from './connection.ts';
import { databaseError, isUnreachable, placeOf } from './database-errors.ts';
import { openMysql } from './mysql.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite, type SqliteProgram } from './sqlite.ts';

export interface DatabaseAccessOptions {
  policy?: HttpPolicy;
  sqlite?: SqliteProgram;
  /** Connections one run may have at once. Default 3. */
  max?: number;
}

export interface ClosableDatabaseAccess extends DatabaseAccess {
  close(): Promise<void>;
}

/** After a statement was told to stop it has this long to end; then its connection is dropped. */
const stopMs = 1200;

/** Opened when a step first needs it; the pool lends connections in the order of asking. */
export function createDatabaseAccess({
  policy = {},
  sqlite,
  max = 3,
}: DatabaseAccessOptions = {}): ClosableDatabaseAccess {
  let pool: LeasePool<DatabaseConnection> | undefined;

  async function open(key: string): Promise<DatabaseConnection> {
    const target = JSON.parse(key) as DatabaseTarget;
    try {
      if (target.kind === 'sqlite') return await openSqlite(target, sqlite);
      return await (target.kind === 'postgres' ? openPostgres(target, policy) : openMysql(target, policy));
    } catch (error) {
      throw databaseError(error, target);
    }
  }

  function openPool(): LeasePool<DatabaseConnection> {
    return (pool ??= createLeasePool<DatabaseConnection>({
      name: 'database connections of a run',
      max,
      open,
      // A dead one has nobody to say goodbye to.
      close: async (connection) => (connection.isAlive ? await connection.end() : connection.destroy()),
      isHealthy: (connection) => connection.isAlive,
      describe: (key) => placeOf(JSON.parse(key) as DatabaseTarget),
    }));
  }

  return {
    async use(target, options, work) {
      const lease = await openPool().lease(JSON.stringify(target), options.holder, options.signal);
      try {
        return await withinTime(lease.resource, options, target, work);
      } catch (error) {
        const seen = outcome(error, lease.resource, options, target);
        // The line may be told to be down before its end has arrived here.
        if (isUnreachable(error)) lease.resource.destroy();
        throw seen;
      } finally {
        await giveBack(lease);
      }
    },
    async disconnect(target) {
      if (!pool) return 0;
      const key = JSON.stringify(target);
      const idle = pool.stats().idle.filter((other) => other === key).length;
      const leases: Lease<DatabaseConnection>[] = [];
      for (let i = 0; i < idle; i++) leases.push(await pool.lease(key, 'Disconnect', new AbortController().signal));
      await Promise.all(leases.map((lease) => lease.discard()));
      return idle;
    },
    async close() {
      await pool?.close();
    },
  };
}

/** Runs `work`; when its time is up or the step is cancelled, its statement is stopped on the server first. */
async function withinTime<Result>(
  connection: DatabaseConnection,
  { signal, timeoutMs }: UseDatabase,
  target: DatabaseTarget,
  work: (session: DatabaseSession) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () =>
      stop.abort(
        new AppError(
          'NODE_TIMEOUT',
          `The statement took longer than ${timeoutMs / 1000} s and was stopped on ${placeOf(target)}. Make it simpler, or give it more time.`,
          { details: { timeoutMs } },
        ),
      ),
    timeoutMs,
  );
  let dropTimer: NodeJS.Timeout | undefined;
  const dropped = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener('abort', () => {
      connection.cancel().catch(() => undefined);
      dropTimer = setTimeout(() => {
        connection.destroy();
        reject(stop.signal.reason as Error);
      }, stopMs);
    });
  });
  dropped.catch(() => undefined);
  try {
    if (signal.aborted) onAbort();
    stop.signal.throwIfAborted();
    // A statement that ended just before the stop reached it has been done, and its result counts.
    return await Promise.race([work(guarded(connection, stop.signal)), dropped]);
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(dropTimer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** The session as steps see it: once it was told to stop, no further statement begins. */
function guarded(connection: DatabaseConnection, signal: AbortSignal): DatabaseSession {
  const before = <Result>(act: () => Promise<Result>): Promise<Result> => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return act();
  };
  return {
    kind: connection.kind,
    run: (sql, values) => before(() => connection.run(sql, values)),
    async *read(sql, values, batchRows) {
      signal.throwIfAborted();
      for await (const batch of connection.read(sql, values, batchRows)) {
        signal.throwIfAborted();
        yield batch;
      }
    },
    begin: () => before(() => connection.begin()),
    commit: () => before(() => connection.commit()),
    rollback: () => connection.rollback(),
  };
}

/** A line that broke while something was being written leaves open whether it was; nobody may try that again by himself. */
function outcome(
  error: unknown,
  connection: DatabaseConnection,
  { repeatable, signal }: UseDatabase,
  target: DatabaseTarget,
): unknown {
  if (error instanceof AppError || signal.aborted) return error;
  const isLost = isUnreachable(error) || !connection.isAlive;
  if (!isLost) return databaseError(error, target);
  const lost = isUnreachable(error)
    ? databaseError(error, target)
    : new AppError('DATABASE_UNREACHABLE', `The connection to ${placeOf(target)} was lost.`, { retryable: true });
  if (repeatable) return lost;
  return new AppError(
    'STEP_IN_DOUBT',
    `The connection to ${placeOf(target)} was lost while something was being written, and nobody knows whether it was. Look there, then decide; "Exactly once" in the step lets it find out itself.`,
    { details: lost.details, cause: error },
  );
}

async function giveBack(lease: Lease<DatabaseConnection>): Promise<void> {
  const connection = lease.resource;
  try {
    if (connection.isAlive && connection.inTransaction) await connection.rollback();
  } catch {
    connection.destroy();
  }
  if (connection.isAlive) lease.release();
  else await lease.discard();
}
