import {
  AppError,
  type Asset,
  assetFault,
  type AssetKind,
  type createAssetSchema,
  type CredentialUses,
  type updateAssetSchema,
} from '@casare/shared';
import type { z } from 'zod';
import { stillUsed } from '../credentials/remove.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findAsset } from './asset-row.ts';
import { workflowsNamingAsset } from './list.ts';

type Values = Pick<Asset, 'value' | 'robotValues'>;

export async function createAsset(
  db: Db,
  caller: Caller,
  wanted: z.output<typeof createAssetSchema>,
  requestId: string,
): Promise<Asset> {
  await checkValues(db, caller, wanted.kind, wanted);
  const [made] = await db.query<{ id: string }>(sql`
    with a as (
      insert into assets (workspace_id, name, kind, description, value, created_by)
      values (${caller.workspaceId}::uuid, ${wanted.name}, ${wanted.kind}, ${wanted.description},
        ${JSON.stringify(wanted.value)}::jsonb, ${caller.keyName})
      on conflict (tenant_id, workspace_id, name) do nothing
      returning id, workspace_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'asset.created', id from a
    )
    select id from a`);
  if (!made)
    throw new AppError(
      'CONFLICT',
      `There is an asset "${wanted.name}" already. Take another name, or change that one.`,
    );
  await setRobotValues(db, made.id, wanted.robotValues);
  await writeAudit(db, caller, {
    action: 'asset.create',
    subjectId: made.id,
    requestId,
    details: { name: wanted.name, kind: wanted.kind, value: wanted.value },
  });
  return findAsset(db, caller.workspaceId, made.id);
}

export async function updateAsset(
  db: Db,
  caller: Caller,
  id: string,
  change: z.output<typeof updateAssetSchema>,
  requestId: string,
): Promise<Asset> {
  const before = await findAsset(db, caller.workspaceId, id);
  const after = { ...before, ...change };
  await checkValues(db, caller, before.kind, after);
  await db.query(sql`
    with a as (
      update assets set description = ${after.description}, value = ${JSON.stringify(after.value)}::jsonb,
        updated_at = clock_timestamp()
      where id = ${id}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'asset.updated', id from a`);
  if (change.robotValues) await setRobotValues(db, id, change.robotValues);
  const shown = ({ description, value, robotValues }: Asset) => ({ description, value, robotValues });
  await writeAudit(db, caller, {
    action: 'asset.update',
    subjectId: id,
    requestId,
    details: { name: before.name, before: shown(before), after: shown(after) },
  });
  return findAsset(db, caller.workspaceId, id);
}

export async function removeAsset(
  db: Db,
  caller: Caller,
  id: string,
  force: boolean,
  requestId: string,
): Promise<void> {
  const { name } = await findAsset(db, caller.workspaceId, id);
  const workflows = await db.query<CredentialUses['workflows'][number]>(workflowsNamingAsset(caller, name));
  if (workflows.length > 0 && !force) throw stillUsed(`The asset "${name}"`, workflows);
  await db.query(sql`
    with a as (
      delete from assets where id = ${id}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'asset.deleted', id from a`);
  await writeAudit(db, caller, {
    action: 'asset.delete',
    subjectId: id,
    requestId,
    details: { name, usedBy: workflows.map(({ workflowName }) => workflowName) },
  });
}

async function setRobotValues(db: Db, assetId: string, values: Values['robotValues']): Promise<void> {
  await db.query(sql`delete from asset_robot_values where asset_id = ${assetId}::uuid`);
  if (values.length === 0) return;
  await db.query(sql`
    insert into asset_robot_values (asset_id, robot_id, value)
    select ${assetId}::uuid, "robotId", value
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as r ("robotId" uuid, value jsonb)`);
}

async function checkValues(db: Db, caller: Caller, kind: AssetKind, { value, robotValues }: Values): Promise<void> {
  const faults = [
    { path: 'body.value', fault: assetFault(kind, value) },
    ...robotValues.map((one, i) => ({ path: `body.robotValues.${i}.value`, fault: assetFault(kind, one.value) })),
  ].flatMap(({ path, fault }) => (fault === undefined ? [] : [{ path, message: `the value ${fault}` }]));
  const robots = robotValues.map(({ robotId }) => robotId);
  if (new Set(robots).size < robots.length)
    faults.push({ path: 'body.robotValues', message: 'a robot stands there twice' });
  if (faults.length > 0)
    throw new AppError('VALIDATION', `The asset is wrong: ${faults.map(({ message }) => message).join('; ')}.`, {
      details: { issues: faults },
    });
  const [missing] = await db.query<{ id: string }>(sql`
    select id from unnest(${robots}::uuid[]) as named (id)
    where not exists (select from robots r where r.id = named.id and r.workspace_id = ${caller.workspaceId}::uuid) limit 1`);
  if (missing) throw new AppError('NOT_FOUND', `There is no robot ${missing.id}.`);
}
