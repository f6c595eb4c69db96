import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import type { SealedStore } from './blob-store.ts';

/** In PostgreSQL, where every instance finds them. */
export function keepInDatabase({ pool }: Pick<Database, 'pool'>): SealedStore {
  return {
    async put(tenantId, hash, index, piece) {
      await oneInTenant(
        pool,
        tenantId,
        sql`
          insert into blob_pieces (hash, index, sealed) values (${hash}, ${index}::int, ${piece}::bytea)
          on conflict (tenant_id, hash, index) do update set sealed = excluded.sealed`,
      );
    },
    async get(tenantId, hash, index) {
      const [row] = await oneInTenant<{ sealed: Buffer }>(
        pool,
        tenantId,
        sql`select sealed from blob_pieces where hash = ${hash} and index = ${index}::int`,
      );
      return row?.sealed;
    },
    async remove(tenantId, hash) {
      await oneInTenant(pool, tenantId, sql`delete from blob_pieces where hash = ${hash}`);
    },
  };
}
