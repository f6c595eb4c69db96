import { createHmac } from 'node:crypto';
import { sql } from '../db/sql.ts';

/** An entry as it goes into the chain; everything as text, as PostgreSQL writes it. */
export interface ChainRow {
  id: string;
  tenant_id: string;
  workspace_id: string;
  /** Microseconds since 1970. */
  at: string;
  actor: string;
  action: string;
  subject_id: string | null;
  details: string;
  request_id: string | null;
  address: string | null;
}

/** Columns of a ChainRow. */
export const chainColumns = sql`
  id, tenant_id, workspace_id, (extract(epoch from at) * 1000000)::bigint::text as at, actor, action, subject_id,
  details::text as details, request_id, address`;

/** What the first entry of a chain follows. */
export const chainStart = Buffer.alloc(32);

/** Who can write into the database but does not have the key can make no seal that fits. */
export function sealOf(key: Buffer, before: Buffer, seq: number, row: ChainRow): Buffer {
  const { id, tenant_id, workspace_id, at, actor, action, subject_id, details, request_id, address } = row;
  const entry = [seq, id, tenant_id, workspace_id, at, actor, action, subject_id, details, request_id, address];
  return createHmac('sha256', key).update(before).update(JSON.stringify(entry)).digest();
}
