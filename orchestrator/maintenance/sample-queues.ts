import type { Pool } from '../db/pool.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

/** Writes down how many jobs wait in every workspace; only the first of a minute counts. */
export async function sampleQueues({ system }: { readonly system: Pool }): Promise<void> {
  await oneAcrossTenants(
    system,
    sql`
      insert into queue_samples (tenant_id, workspace_id, minute, pending)
      select w.tenant_id, w.id, date_trunc('minute', clock_timestamp()), (
        select count(*) from jobs j where j.tenant_id = w.tenant_id and j.workspace_id = w.id and j.state = 'pending')
      from workspaces w
      on conflict do nothing`,
  );
}
