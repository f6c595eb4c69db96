import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { type ChainRow, chainColumns, chainStart, sealOf } from './chain.ts';

const batch = 500;

/** Takes the entries that were committed since the last time into the chains of their tenants. */
export async function sealEntries({ database, jobKeys }: Context, signal: AbortSignal): Promise<void> {
  const tenants = await oneAcrossTenants<{ tenant_id: string }>(
    database.system,
    sql`select distinct tenant_id from audit_log where seq is null`,
  );
  for (const { tenant_id } of tenants)
    for (let sealed = batch; sealed === batch && !signal.aborted; )
      sealed = await sealBatch(database.pool, jobKeys.audit, tenant_id);
}

function sealBatch(pool: Context['database']['pool'], key: Buffer, tenantId: string): Promise<number> {
  return inTenant(pool, tenantId, async (db) => {
    // Two that do this at the same time go on one after the other.
    await db.query(sql`select pg_advisory_xact_lock(7268004, hashtext(${tenantId}))`);
    const [head] = await db.query<{ seq: number; seal: Buffer }>(sql`
      select seq, seal from audit_heads`);
    const rows = await db.query<ChainRow>(sql`
      select ${chainColumns} from audit_log where seq is null
      order by id limit ${batch}::int`);
    if (rows.length === 0) return 0;
    let seq = head?.seq ?? 0;
    let seal = head?.seal ?? chainStart;
    const sealed = rows.map((row) => {
      seq++;
      seal = sealOf(key, seal, seq, row);
      return { id: row.id, seq, seal };
    });
    await db.query(sql`
      update audit_log a set seq = s.seq, seal = s.seal
      from unnest(${sealed.map((row) => row.id)}::uuid[], ${sealed.map((row) => row.seq)}::bigint[],
        ${sealed.map((row) => row.seal)}::bytea[]) as s (id, seq, seal)
      where a.id = s.id`);
    await db.query(sql`
      insert into audit_heads (tenant_id, seq, seal) values (${tenantId}::uuid, ${seq}::bigint, ${seal}::bytea)
      on conflict (tenant_id) do update set seq = excluded.seq, seal = excluded.seal`);
    return rows.length;
  });
}
