import type { AuditCheck } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { type ChainRow, chainColumns, chainStart, sealOf } from './chain.ts';

const batch = 2000;

interface SealedRow extends ChainRow {
  seq: number;
  seal: Buffer;
}

/** Computes the chain of the caller's tenant anew and says where it differs first. */
export async function checkChain(context: Context, { tenantId }: Caller): Promise<AuditCheck> {
  const { database, jobKeys } = context;
  const check = await inTenant(database.pool, tenantId, async (db): Promise<AuditCheck> => {
    const [open] = await db.query<{ n: number }>(sql`select count(*)::int as n from audit_log where seq is null`);
    // Before the entries: what is sealed meanwhile is no gap, the chain is looked at up to here.
    const [head] = await db.query<{ seq: number; seal: Buffer }>(sql`select seq, seal from audit_heads`);
    const end = head?.seq ?? 0;
    let before: Buffer = chainStart;
    let seq = 0;
    const result = (broken: AuditCheck['broken']): AuditCheck => ({
      whole: broken === null,
      entries: seq,
      unsealed: open?.n ?? 0,
      head: head ? { seq: head.seq, seal: head.seal.toString('hex') } : null,
      broken,
    });
    while (seq < end) {
      const rows = await db.query<SealedRow>(sql`
        select ${chainColumns}, seq, seal from audit_log
        where seq > ${seq}::bigint and seq <= ${end}::bigint order by seq limit ${batch}::int`);
      if (rows.length === 0) return result({ seq: seq + 1, id: null, reason: 'The end of the chain is missing.' });
      for (const row of rows) {
        if (row.seq !== seq + 1) return result({ seq: seq + 1, id: null, reason: 'An entry was taken out.' });
        const seal = sealOf(jobKeys.audit, before, row.seq, row);
        if (!seal.equals(row.seal)) return result({ seq: row.seq, id: row.id, reason: 'The entry was changed.' });
        before = seal;
        seq = row.seq;
      }
    }
    if (head && !head.seal.equals(before))
      return result({ seq, id: null, reason: 'The end of the chain is not the one that was kept.' });
    return result(null);
  });
  if (!check.whole) {
    context.counters.security('chain_break');
    context.log.error({ tenantId, broken: check.broken }, 'the audit log was changed');
  }
  return check;
}
