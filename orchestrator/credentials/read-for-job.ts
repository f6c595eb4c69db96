import {
  AppError,
  type CredentialKind,
  type ExternalSecret,
  isSecretField,
  type readVaultSchema,
  type RunCredential,
  type RunVault,
} from '@casare/shared';
import type { z } from 'zod';
import { assetsForRobot } from '../assets/for-robot.ts';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { staleLease } from '../jobs/refusals.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { readExternal } from '../secret-stores/read-external.ts';
import { allowedNames } from './allowed-names.ts';

type ReadRequest = z.output<typeof readVaultSchema>;

interface HeldJob {
  workflow_id: string;
  workflow_version: number;
  robot_id: string;
  held: boolean;
}

interface StoredCredential {
  id: string;
  name: string;
  kind: CredentialKind;
  version: number;
  sealed: string | null;
  external: ExternalSecret | null;
  allowed_hosts: string[];
  allowed_workflows: string[];
  allowed_robots: string[];
  /** Sealed values of the versions that this job was given before. */
  earlier: { version: number; sealed: string }[];
}

interface Granted {
  readonly credentials: readonly StoredCredential[];
  readonly assets: RunVault['assets'];
}

/**
 * What a job needs, for the robot that holds it. Who may have what is decided and written into the audit log first; only when that is committed is a
 * value opened.
 */
export async function readVaultForJob(
  context: Context,
  caller: Caller,
  jobId: string,
  request: ReadRequest,
  requestId: string,
): Promise<RunVault> {
  const granted = await inTenant(context.database.pool, caller.tenantId, (db) =>
    grant(db, caller, jobId, request, requestId),
  );
  if (granted instanceof AppError) throw granted;
  const credentials = await Promise.all(granted.credentials.map((one) => open(context, caller, one)));
  return { credentials, assets: granted.assets };
}

/** A refusal is given back and not thrown: it is written down as well. */
async function grant(
  db: Db,
  caller: Caller,
  jobId: string,
  request: ReadRequest,
  requestId: string,
): Promise<Granted | AppError> {
  const job = await holdJob(db, caller, jobId, request.fence);
  const allowed = await allowedNames(db, caller.workspaceId, job);
  const strange = [
    ...request.credentials.filter((name) => !allowed.credentials.has(name)),
    ...request.assets.filter((name) => !allowed.assets.has(name)),
  ];
  const refuse = async (message: string, names: readonly string[], subjectId: string | null = null) => {
    await writeAudit(db, caller, {
      action: 'credential.refuse',
      subjectId,
      requestId,
      details: { jobId, robotId: job.robot_id, names, reason: message },
    });
    return new AppError('CREDENTIAL_REFUSED', message, { details: { names } });
  };
  if (strange.length > 0)
    return refuse(`The workflow of this job does not name ${quoted(strange)}, so it is not given out.`, strange);

  const assets = await assetsForRobot(db, caller.workspaceId, job.robot_id, request.assets);
  const behind = assets.flatMap(({ credential }) => credential ?? []);
  const wanted = [...new Set([...request.credentials, ...behind])];
  const credentials = await findStored(db, caller, jobId, wanted);
  const missing = [
    ...missingNames('credential', wanted, credentials),
    ...missingNames('asset', request.assets, assets),
  ];
  if (missing.length > 0)
    return new AppError(
      'CREDENTIAL_MISSING',
      `There is no ${missing.join(', no ')} in this workspace. Add it, or correct the name in the workflow.`,
      { details: { missing } },
    );
  for (const one of credentials) {
    const message = refusalOf(one, job);
    if (message !== undefined) return refuse(message, [one.name], one.id);
  }
  for (const one of credentials) await noteRead(db, caller, jobId, job.robot_id, one, requestId);
  return { credentials, assets };
}

async function holdJob(db: Db, caller: Caller, jobId: string, fence: number): Promise<HeldJob> {
  const [job] = await db.query<HeldJob>(sql`
    select workflow_id, workflow_version, robot_id,
      coalesce(fence = ${fence}::bigint and key_id = ${caller.keyId}::uuid and state = 'running', false) as held
    from jobs where id = ${jobId}::uuid and workspace_id = ${caller.workspaceId}::uuid`);
  if (!job) throw new AppError('NOT_FOUND', 'There is no job with this id.');
  if (!job.held) throw staleLease(fence);
  return job;
}

function findStored(db: Db, caller: Caller, jobId: string, names: readonly string[]): Promise<StoredCredential[]> {
  return db.query<StoredCredential>(sql`
    select c.id, c.name, c.kind, c.version, v.sealed, v.external, c.allowed_hosts, c.allowed_workflows, c.allowed_robots,
      coalesce((
        select json_agg(json_build_object('version', e.version, 'sealed', e.sealed))
        from credential_reads u join credential_versions e
          on e.tenant_id = u.tenant_id and e.credential_id = u.credential_id and e.version = u.version
        where u.job_id = ${jobId}::uuid and u.credential_id = c.id and u.version <> c.version and e.sealed is not null
      ), '[]') as earlier
    from credentials c join credential_versions v
      on v.tenant_id = c.tenant_id and v.credential_id = c.id and v.version = c.version
    where c.workspace_id = ${caller.workspaceId}::uuid and c.name = any(${names}::text[]) order by c.name`);
}

function missingNames(what: string, wanted: readonly string[], found: readonly { name: string }[]): string[] {
  const names = new Set(found.map(({ name }) => name));
  return wanted.filter((name) => !names.has(name)).map((name) => `${what} "${name}"`);
}

function refusalOf(one: StoredCredential, job: HeldJob): string | undefined {
  if (one.allowed_workflows.length > 0 && !one.allowed_workflows.includes(job.workflow_id))
    return `The credential "${one.name}" is not for this workflow. Add the workflow to the credential, or use another one.`;
  if (one.allowed_robots.length > 0 && !one.allowed_robots.includes(job.robot_id))
    return `The credential "${one.name}" is not for this robot. Add the robot to the credential, or send the job to one it is for.`;
  return undefined;
}

async function noteRead(
  db: Db,
  caller: Caller,
  jobId: string,
  robotId: string,
  { id, name, version }: StoredCredential,
  requestId: string,
): Promise<void> {
  await db.query(sql`
    insert into credential_reads (job_id, credential_id, version, robot_id)
    values (${jobId}::uuid, ${id}::uuid, ${version}::int, ${robotId}::uuid)
    on conflict (tenant_id, job_id, credential_id, version)
      do update set at = clock_timestamp(), robot_id = excluded.robot_id`);
  await db.query(sql`update credentials set last_read_at = clock_timestamp() where id = ${id}::uuid`);
  await writeAudit(db, caller, {
    action: 'credential.read',
    subjectId: id,
    requestId,
    details: { name, version, jobId, robotId },
  });
}

async function open(context: Context, caller: Caller, one: StoredCredential): Promise<RunCredential> {
  const fields =
    one.external === null
      ? openFields(context, caller, one, one.version, one.sealed ?? '')
      : await readExternal(context, caller, one.name, one.external);
  const earlier = one.earlier.map(({ version, sealed }) => openFields(context, caller, one, version, sealed));
  return {
    name: one.name,
    fields,
    masked: [...new Set([fields, ...earlier].flatMap((values) => secretTexts(one.kind, values)))],
    hosts: one.allowed_hosts,
  };
}

function openFields(
  { vault }: Context,
  { tenantId }: Caller,
  { id }: StoredCredential,
  version: number,
  sealed: string,
): Record<string, string> {
  return JSON.parse(vault.openText(tenantId, 'credential', `${id}/${version}`, sealed)) as Record<string, string>;
}

function secretTexts(kind: CredentialKind, fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value !== '' && isSecretField(kind, name) ? [value] : []));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
