import { AppError, type ExternalSecret, type SecretStoreSettings } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneInTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';

interface StoreRow {
  id: string;
  name: string;
  provider: 'vault';
  settings: SecretStoreSettings;
  sealed: string;
}

/** The values that a credential refers to, as they are now. */
export async function readExternal(
  context: Context,
  caller: Caller,
  credential: string,
  { store: name, path, fields }: ExternalSecret,
): Promise<Record<string, string>> {
  const [row] = await oneInTenant<StoreRow>(
    context.database.pool,
    caller.tenantId,
    sql`
      select id, name, provider, settings, sealed from secret_stores
      where workspace_id = ${caller.workspaceId}::uuid and name = ${name}`,
  );
  if (!row)
    throw new AppError(
      'SECRET_STORE_FAILED',
      `The credential "${credential}" stands in the store "${name}", which is not there any more. Add it, or set the credential anew.`,
    );
  const secret = context.vault.openText(caller.tenantId, 'secret-store', row.id, row.sealed);
  const values = await context.secretStores.read({ ...row, access: { settings: row.settings, secret } }, path);
  if (fields === undefined) return { ...values };
  const found: Record<string, string> = {};
  for (const [field, key] of Object.entries(fields)) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined)
      throw new AppError(
        'SECRET_STORE_FAILED',
        `The credential "${credential}": "${path}" in the store "${name}" has no key "${key}". Correct the credential.`,
      );
    found[field] = value;
  }
  return found;
}
