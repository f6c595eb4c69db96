import type { Context } from '../context.ts';
import { inTenant, oneAcrossTenants } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { type SealedColumn, sealedColumns } from './sealed-columns.ts';

const batch = 100;

/**
 * Brings every sealed text under the current key, in small transactions. What is done is what stands in the rows, so it may be broken off
 * anywhere and done by several at once; texts can be opened all the time. Texts whose key is missing stay as they are. Gives how many it changed.
 */
export async function rewrapAll(
  { database, vault, log }: Pick<Context, 'database' | 'vault' | 'log'>,
  signal: AbortSignal,
): Promise<number> {
  const old = vault.keyIds.filter((id) => id !== vault.currentKey);
  let changed = 0;
  if (old.length === 0) return changed;
  for (const column of sealedColumns) {
    const tenants = await oneAcrossTenants<{ tenant_id: string }>(database.system, column.tenants(old));
    for (const { tenant_id: tenantId } of tenants) {
      for (let rows = batch; rows === batch && !signal.aborted; changed += rows)
        rows = await rewrapBatch({ database, vault, log }, column, tenantId, old);
    }
  }
  if (changed > 0) log.info({ changed, key: vault.currentKey }, 'secrets are under the current key');
  return changed;
}

function rewrapBatch(
  { database, vault, log }: Pick<Context, 'database' | 'vault' | 'log'>,
  column: SealedColumn,
  tenantId: string,
  old: readonly string[],
): Promise<number> {
  return inTenant(database.pool, tenantId, async (db) => {
    const rows = await db.query<{ place: string; sealed: string }>(column.stale(old, batch));
    let changed = 0;
    for (const { place, sealed } of rows) {
      let after: string;
      try {
        after = vault.rewrap(tenantId, sealed);
      } catch (error) {
        log.error({ err: error, tenantId }, 'a secret cannot be brought under the current key');
        continue;
      }
      await db.query(column.replace(place, sealed, after));
      changed++;
    }
    return changed;
  });
}

/** For the settings page: an older key can be taken away when it seals nothing more. */
export function countByKey({ database, vault }: Context, caller: Caller) {
  return inTenant(database.pool, caller.tenantId, async (db) => {
    const secrets = new Map<string, number>(vault.keyIds.map((id) => [id, 0]));
    for (const column of sealedColumns)
      for (const row of await db.query<{ id: string; secrets: number }>(column.count()))
        secrets.set(row.id, (secrets.get(row.id) ?? 0) + row.secrets);
    const keys = [...secrets].map(([id, count]) => ({ id, known: vault.keyIds.includes(id), secrets: count }));
    return { current: vault.currentKey, keys };
  });
}
