import pg from 'pg';
import type { PoolClient } from './pool.ts';
import type { Statement } from './sql.ts';

/** What the driver calls of a query; its declared types know the constructor only. */
interface DriverQuery {
  prepare(connection: pg.Connection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: pg.Connection): void;
}
type Done = (error: Error | null, result: { rows: unknown[] }) => void;
const DriverQuery = pg.Query as unknown as new (config: pg.QueryConfig, values: undefined, done: Done) => DriverQuery;

const setTenant = { name: 'set_tenant', text: "select set_config('app.tenant', $1, true)" };

/** Prepares a new connection for TenantQuery; goes out before anything else on it. */
export function prepareTenant(client: pg.ClientBase, onError: (error: Error) => void): void {
  client.query({ ...setTenant, values: [''] }).catch(onError);
}

/**
 * A statement for one tenant as one message: "set the tenant" and the statement before a single Sync, which makes them one
 * transaction without begin and commit. The tenant is local to it, so the connection forgets it with the answer.
 */
class TenantQuery extends DriverQuery {
  readonly #tenantId: string;
  #answersOfTenant = 2;

  constructor(tenantId: string, statement: Statement, done: Done) {
    super({ ...statement, values: [...statement.values] }, undefined, done);
    this.#tenantId = tenantId;
  }

  /** Called by the driver to write the query: parse (once), bind, describe, execute, sync. */
  override prepare(connection: pg.Connection): void {
    connection.bind({ statement: setTenant.name, values: [this.#tenantId] } as pg.BindConfig, true);
    connection.execute({} as pg.ExecuteConfig, true);
    super.prepare(connection);
  }

  // Its row and its end come first.
  override handleDataRow(message: unknown): void {
    if (this.#answersOfTenant > 0) this.#answersOfTenant--;
    else super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: pg.Connection): void {
    if (this.#answersOfTenant > 0) this.#answersOfTenant--;
    else super.handleCommandComplete(message, connection);
  }
}

export function queryInTenant<Row>(client: PoolClient, tenantId: string, statement: Statement): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, result) => {
      if (error) reject(error);
      else resolve(result.rows as Row[]);
    };
    client.query(new TenantQuery(tenantId, statement, done) as unknown as pg.Submittable);
  });
}
