import {
  AppError,
  type Credential,
  credentialFaults,
  type CredentialFields,
  type CredentialKind,
  type createCredentialSchema,
  type ExternalSecret,
  type rotateCredentialSchema,
  type updateCredentialSchema,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findCredential, toCredential } from './credential-row.ts';

/** Versions that are kept: a job that had an earlier one goes on masking it. */
const keptVersions = 10;

type Value = z.output<typeof rotateCredentialSchema>;

export async function createCredential(
  context: Context,
  db: Db,
  caller: Caller,
  wanted: z.output<typeof createCredentialSchema>,
  requestId: string,
): Promise<Credential> {
  await checkValue(db, caller, wanted.kind, wanted);
  await checkAllowed(db, caller, wanted);
  const [made] = await db.query<{ id: string }>(sql`
    with c as (
      insert into credentials (workspace_id, name, kind, description, allowed_hosts, allowed_workflows, allowed_robots, created_by)
      values (${caller.workspaceId}::uuid, ${wanted.name}, ${wanted.kind}, ${wanted.description},
        ${wanted.allowedHosts}::text[], ${wanted.allowedWorkflows}::uuid[], ${wanted.allowedRobots}::uuid[], ${caller.keyName})
      on conflict (tenant_id, workspace_id, name) do nothing
      returning id, workspace_id
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'credential.created', id from c
    )
    select id from c`);
  if (!made)
    throw new AppError(
      'CONFLICT',
      `There is a credential "${wanted.name}" already. Take another name, or rotate that one.`,
    );
  await insertVersion(context, db, caller, made.id, 1, wanted);
  await writeAudit(db, caller, {
    action: 'credential.create',
    subjectId: made.id,
    requestId,
    details: {
      name: wanted.name,
      kind: wanted.kind,
      allowedHosts: wanted.allowedHosts,
      external: wanted.external ?? null,
    },
  });
  return toCredential(await findCredential(db, caller.workspaceId, made.id));
}

/** New values for what has the name and the rules of before. */
export async function rotateCredential(
  context: Context,
  db: Db,
  caller: Caller,
  id: string,
  value: Value,
  requestId: string,
): Promise<Credential> {
  const { kind } = await findCredential(db, caller.workspaceId, id);
  await checkValue(db, caller, kind, value);
  const [row] = await db.query<{ version: number; name: string }>(sql`
    with c as (
      update credentials set version = version + 1, rotated_at = clock_timestamp(), updated_at = clock_timestamp()
      where id = ${id}::uuid returning id, workspace_id, name, version
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'credential.rotated', id from c
    )
    select version, name from c`);
  if (!row) throw new AppError('NOT_FOUND', 'There is no credential with this id.');
  await insertVersion(context, db, caller, id, row.version, value);
  await db.query(sql`
    delete from credential_versions where credential_id = ${id}::uuid and version <= ${row.version - keptVersions}::int`);
  await writeAudit(db, caller, {
    action: 'credential.rotate',
    subjectId: id,
    requestId,
    details: { name: row.name, version: row.version },
  });
  return toCredential(await findCredential(db, caller.workspaceId, id));
}

/** What a credential is for; its values stay. */
export async function updateCredential(
  db: Db,
  caller: Caller,
  id: string,
  change: z.output<typeof updateCredentialSchema>,
  requestId: string,
): Promise<Credential> {
  const before = toCredential(await findCredential(db, caller.workspaceId, id));
  const after = { ...before, ...change };
  await checkAllowed(db, caller, after);
  await db.query(sql`
    with c as (
      update credentials set description = ${after.description}, allowed_hosts = ${after.allowedHosts}::text[],
        allowed_workflows = ${after.allowedWorkflows}::uuid[], allowed_robots = ${after.allowedRobots}::uuid[],
        updated_at = clock_timestamp()
      where id = ${id}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'credential.updated', id from c`);
  const rules = ({ description, allowedHosts, allowedWorkflows, allowedRobots }: Credential) => ({
    description,
    allowedHosts,
    allowedWorkflows,
    allowedRobots,
  });
  await writeAudit(db, caller, {
    action: 'credential.update',
    subjectId: id,
    requestId,
    details: { name: before.name, before: rules(before), after: rules(after) },
  });
  return toCredential(await findCredential(db, caller.workspaceId, id));
}

async function insertVersion(
  { vault }: Context,
  db: Db,
  caller: Caller,
  credentialId: string,
  version: number,
  { fields, external }: Value,
): Promise<void> {
  const sealed =
    fields === undefined
      ? null
      : vault.sealText(caller.tenantId, 'credential', `${credentialId}/${version}`, JSON.stringify(fields));
  await db.query(sql`
    insert into credential_versions (credential_id, version, field_names, sealed, external, created_by)
    values (${credentialId}::uuid, ${version}::int, ${Object.keys(fields ?? external?.fields ?? {})}::text[], ${sealed},
      ${external === undefined ? null : JSON.stringify(external)}::jsonb, ${caller.keyName})`);
}

async function checkValue(
  db: Db,
  caller: Caller,
  kind: CredentialKind,
  { fields, external }: { fields?: CredentialFields | undefined; external?: ExternalSecret | undefined },
): Promise<void> {
  if ((fields === undefined) === (external === undefined))
    throw refused('body.fields', 'Give either fields or external: the values, or where they are kept.');
  const faults = fields === undefined ? [] : credentialFaults(kind, fields);
  if (faults.length > 0) throw refused('body.fields', `The values do not fit: ${faults.join('; ')}.`);
  if (external === undefined) return;
  const [store] = await db.query(sql`
    select 1 from secret_stores where workspace_id = ${caller.workspaceId}::uuid and name = ${external.store}`);
  if (!store) throw refused('body.external.store', `There is no store of secrets "${external.store}". Add it first.`);
}

async function checkAllowed(
  db: Db,
  caller: Caller,
  { allowedWorkflows, allowedRobots }: Pick<Credential, 'allowedWorkflows' | 'allowedRobots'>,
): Promise<void> {
  const [missing] = await db.query<{ id: string; what: string }>(sql`
    select id, 'workflow' as what from unnest(${allowedWorkflows}::uuid[]) as named(id)
    where not exists (select from workflows w where w.id = named.id and w.workspace_id = ${caller.workspaceId}::uuid)
    union all
    select id, 'robot' from unnest(${allowedRobots}::uuid[]) as named(id)
    where not exists (select from robots r where r.id = named.id and r.workspace_id = ${caller.workspaceId}::uuid)
    limit 1`);
  if (missing) throw new AppError('NOT_FOUND', `There is no ${missing.what} ${missing.id}.`);
}

function refused(path: string, message: string): AppError {
  return new AppError('VALIDATION', message, { details: { issues: [{ path, message }] } });
}
