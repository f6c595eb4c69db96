import { sql, type Statement } from '../db/sql.ts';

/**
 * A column of sealed texts. A change of keys reaches what stands in `sealedColumns` and nothing else, so every table that keeps what
 * `Vault.sealText` gave has an entry here.
 */
export interface SealedColumn {
  /** Tenants with texts under one of these keys, as the system role (`tenant_id`). */
  tenants(oldKeys: readonly string[]): Statement;
  /** Up to `limit` texts of the tenant under one of these keys, locked (`place`, `sealed`). */
  stale(oldKeys: readonly string[], limit: number): Statement;
  /** Writes a text in place of the one that was read; nothing where it is another one meanwhile. */
  replace(place: string, before: string, after: string): Statement;
  /** How many texts of the tenant each key seals (`id`, `secrets`). */
  count(): Statement;
}

const credentialVersions: SealedColumn = {
  tenants: (old) => sql`select distinct tenant_id from credential_versions where kek_id = any(${old}::text[])`,
  stale: (old, limit) => sql`
    select ctid::text as place, sealed from credential_versions where kek_id = any(${old}::text[])
    limit ${limit}::int for update skip locked`,
  replace: (place, before, after) => sql`
    update credential_versions set sealed = ${after} where ctid = ${place}::tid and sealed = ${before}`,
  count: () => sql`
    select kek_id as id, count(*)::int as secrets from credential_versions where kek_id is not null group by kek_id`,
};

const secretStores: SealedColumn = {
  tenants: (old) => sql`select distinct tenant_id from secret_stores where kek_id = any(${old}::text[])`,
  stale: (old, limit) => sql`
    select ctid::text as place, sealed from secret_stores where kek_id = any(${old}::text[])
    limit ${limit}::int for update skip locked`,
  replace: (place, before, after) => sql`
    update secret_stores set sealed = ${after} where ctid = ${place}::tid and sealed = ${before}`,
  count: () => sql`select kek_id as id, count(*)::int as secrets from secret_stores group by kek_id`,
};

const jobInputs: SealedColumn = {
  tenants: (old) => sql`
    select distinct tenant_id from jobs where sealed_input is not null and split_part(sealed_input, '.', 2) = any(${old}::text[])`,
  stale: (old, limit) => sql`
    select ctid::text as place, sealed_input as sealed from jobs
    where sealed_input is not null and split_part(sealed_input, '.', 2) = any(${old}::text[])
    limit ${limit}::int for update skip locked`,
  replace: (place, before, after) => sql`
    update jobs set sealed_input = ${after} where ctid = ${place}::tid and sealed_input = ${before}`,
  count: () => sql`
    select split_part(sealed_input, '.', 2) as id, count(*)::int as secrets from jobs where sealed_input is not null group by 1`,
};

const triggerSecrets: SealedColumn = {
  tenants: (old) => sql`select distinct tenant_id from triggers where kek_id = any(${old}::text[])`,
  stale: (old, limit) => sql`
    select ctid::text as place, sealed from triggers where kek_id = any(${old}::text[])
    limit ${limit}::int for update skip locked`,
  replace: (place, before, after) => sql`
    update triggers set sealed = ${after} where ctid = ${place}::tid and sealed = ${before}`,
  count: () =>
    sql`select kek_id as id, count(*)::int as secrets from triggers where kek_id is not null group by kek_id`,
};

export const sealedColumns: readonly SealedColumn[] = [credentialVersions, secretStores, jobInputs, triggerSecrets];
