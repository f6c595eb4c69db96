import { AppError, type Asset, type AssetKind } from '@casare/shared';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';

export interface AssetRow {
  id: string;
  name: string;
  kind: AssetKind;
  description: string;
  value: Asset['value'];
  robot_values: Asset['robotValues'];
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

/** Columns of an AssetRow; the statement calls the assets `a`. */
export const assetColumns = sql`
  a.id, a.name, a.kind, a.description, a.value, coalesce((
    select json_agg(json_build_object('robotId', x.robot_id, 'value', x.value) order by x.robot_id)
    from asset_robot_values x where x.tenant_id = a.tenant_id and x.asset_id = a.id), '[]') as robot_values,
  a.created_by, a.created_at, a.updated_at`;

export function toAsset(row: AssetRow): Asset {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    description: row.description,
    value: row.value,
    robotValues: row.robot_values,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export async function findAsset(db: Db, workspaceId: string, id: string): Promise<Asset> {
  const [row] = await db.query<AssetRow>(sql`
    select ${assetColumns} from assets a where a.id = ${id}::uuid and a.workspace_id = ${workspaceId}::uuid`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no asset with this id.');
  return toAsset(row);
}
