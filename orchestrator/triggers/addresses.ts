import { randomBytes } from 'node:crypto';
import { ADDRESSED_KINDS, type TriggerKind } from '@casare/shared';
import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** 192 random bits: nobody finds an address by trying. */
export function newAddress(kind: TriggerKind): string | null {
  return hasAddress(kind) ? randomBytes(24).toString('base64url') : null;
}

function hasAddress(kind: TriggerKind): boolean {
  return ADDRESSED_KINDS.some((addressed) => addressed === kind);
}

export function pathOf({
  kind,
  address,
}: {
  readonly kind: TriggerKind;
  readonly address: string | null;
}): string | null {
  if (address === null) return null;
  return kind === 'form' ? `/forms/${address}` : `/hooks/${address}`;
}

/** Whose trigger has this address: asked before the tenant is known. */
export async function findAddress(
  system: Pool,
  address: string,
): Promise<{ readonly tenantId: string; readonly id: string } | undefined> {
  if (!/^[A-Za-z0-9_-]{32}$/.test(address)) return undefined;
  const [row] = await oneAcrossTenants<{ tenant_id: string; id: string }>(
    system,
    sql`
      select t.tenant_id, t.id from triggers t join tenants n on n.id = t.tenant_id
      where t.address = ${address} and t.deleted_at is null and n.disabled_at is null`,
  );
  return row && { tenantId: row.tenant_id, id: row.id };
}
