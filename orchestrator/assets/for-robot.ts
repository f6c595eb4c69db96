import type { RunVault } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';

interface Row {
  name: string;
  kind: string;
  value: RunVault['assets'][number]['value'];
}

/** Each asset as a robot sees it: its own value where it has one. */
export async function assetsForRobot(
  db: Db,
  workspaceId: string,
  robotId: string,
  names: readonly string[],
): Promise<RunVault['assets']> {
  if (names.length === 0) return [];
  const rows = await db.query<Row>(sql`
    select a.name, a.kind, coalesce(x.value, a.value) as value
    from assets a left join asset_robot_values x
      on x.tenant_id = a.tenant_id and x.asset_id = a.id and x.robot_id = ${robotId}::uuid
    where a.workspace_id = ${workspaceId}::uuid and a.name = any(${names}::text[]) order by a.name`);
  return rows.map(({ name, kind, value }) =>
    kind === 'credential' && typeof value === 'string' ? { name, value: null, credential: value } : { name, value },
  );
}
