import {
  AppError,
  type CreatedTrigger,
  type ParsedTrigger,
  type rotateSecretSchema,
  type Trigger,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql, type Statement } from '../db/sql.ts';
import type { Db } from '../db/transaction.ts';
import { writeAudit } from '../keys/audit.ts';
import type { Caller } from '../keys/verify.ts';
import { findWorkflow } from '../workflows/workflow-row.ts';
import { newAddress } from './addresses.ts';
import { kindRules } from './kinds/index.ts';
import { checkMapping } from './map-payload.ts';
import {
  changedSecrets,
  checkSigning,
  firstSecrets,
  invalid,
  newSigningSecret,
  readSecrets,
  rotated,
  sealSecrets,
  secretNames,
} from './secrets.ts';
import { findTrigger, toTrigger, triggerColumns, type TriggerRow } from './trigger-row.ts';

export async function createTrigger(
  context: Context,
  db: Db,
  caller: Caller,
  wanted: ParsedTrigger,
  requestId: string,
): Promise<CreatedTrigger> {
  await check(db, caller, wanted);
  const { secrets, shown } = firstSecrets(wanted);
  const [made] = await db.query<{ id: string }>(sql`
    insert into triggers (workspace_id, kind, name, enabled, workflow_id, workflow_version, input, filter, priority, robot_id,
      required_capabilities, required_tags, reference, max_retries, max_per_minute, max_open_jobs, settings, address, next_look_at, created_by)
    values (${caller.workspaceId}::uuid, ${wanted.kind}, ${wanted.name}, ${wanted.enabled}, ${wanted.workflowId}::uuid,
      ${wanted.workflowVersion ?? null}::int, ${json(wanted.input)}::jsonb, ${wanted.filter ?? null}, ${wanted.priority}::smallint,
      ${wanted.robotId ?? null}::uuid, ${wanted.requiredCapabilities}::text[], ${wanted.requiredTags}::text[],
      ${wanted.reference ?? null}, ${wanted.maxRetries}::int, ${wanted.maxPerMinute}::int, ${wanted.maxOpenJobs}::int,
      ${JSON.stringify(wanted.settings)}::jsonb, ${newAddress(wanted.kind)},
      case when ${kindRules[wanted.kind].looks === true}::boolean then clock_timestamp() end, ${caller.keyName})
    returning id`);
  const id = made?.id ?? '';
  await db.query(sql`
    with t as (
      update triggers set sealed = ${sealSecrets(context, caller.tenantId, id, secrets)}, secret_names = ${secretNames(secrets)}::text[]
      where id = ${id}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.created', id from t`);
  await writeAudit(db, caller, {
    action: 'trigger.create',
    subjectId: id,
    requestId,
    details: { kind: wanted.kind, name: wanted.name, workflowId: wanted.workflowId, unsigned: isUnsigned(wanted) },
  });
  return { trigger: toTrigger(await findTrigger(db, caller, id)), secret: shown };
}

export async function updateTrigger(
  context: Context,
  db: Db,
  caller: Caller,
  triggerId: string,
  wanted: ParsedTrigger,
  requestId: string,
): Promise<Trigger> {
  const before = await findTrigger(db, caller, triggerId);
  if (before.kind !== wanted.kind)
    throw new AppError('CONFLICT', `The kind of a trigger stays what it is ("${before.kind}"). Create another one.`);
  await check(db, caller, wanted);
  const secrets = changedSecrets(wanted, await readSecrets(db, context, caller.tenantId, triggerId));
  await db.query(sql`
    update triggers set name = ${wanted.name}, workflow_id = ${wanted.workflowId}::uuid,
      workflow_version = ${wanted.workflowVersion ?? null}::int, input = ${json(wanted.input)}::jsonb, filter = ${wanted.filter ?? null},
      priority = ${wanted.priority}::smallint, robot_id = ${wanted.robotId ?? null}::uuid,
      required_capabilities = ${wanted.requiredCapabilities}::text[], required_tags = ${wanted.requiredTags}::text[],
      reference = ${wanted.reference ?? null}, max_retries = ${wanted.maxRetries}::int, max_per_minute = ${wanted.maxPerMinute}::int,
      max_open_jobs = ${wanted.maxOpenJobs}::int, settings = ${JSON.stringify(wanted.settings)}::jsonb,
      -- What is remembered is about what was looked at before.
      state = case when settings = ${JSON.stringify(wanted.settings)}::jsonb then state else '{}'::jsonb end,
      since = case when settings = ${JSON.stringify(wanted.settings)}::jsonb then since else clock_timestamp() end,
      sealed = ${sealSecrets(context, caller.tenantId, triggerId, secrets)}, secret_names = ${secretNames(secrets)}::text[]
    where id = ${triggerId}::uuid`);
  const row = await touched(db, caller, triggerId, setEnabledSql(wanted.enabled));
  await writeAudit(db, caller, {
    action: 'trigger.change',
    subjectId: triggerId,
    requestId,
    details: {
      before: shownOf(before),
      after: shownOf(row),
      secrets: Object.keys(wanted.secrets),
      unsigned: isUnsigned(wanted),
    },
  });
  return toTrigger(row);
}

export async function setEnabled(
  db: Db,
  caller: Caller,
  triggerId: string,
  enabled: boolean,
  requestId: string,
): Promise<Trigger> {
  const before = await findTrigger(db, caller, triggerId);
  const row = await touched(db, caller, triggerId, setEnabledSql(enabled));
  await writeAudit(db, caller, {
    action: enabled ? 'trigger.enable' : 'trigger.disable',
    subjectId: triggerId,
    requestId,
    details: { from: before.enabled, to: enabled },
  });
  return toTrigger(row);
}

/** Switched on again it begins anew: what happened meanwhile does not count for kinds that look or watch. */
function setEnabledSql(enabled: boolean): Statement {
  return sql`
    since = case when ${enabled}::boolean and not enabled then clock_timestamp() else since end,
    failures = case when ${enabled}::boolean then 0 else failures end,
    last_error = case when ${enabled}::boolean then null else last_error end,
    disabled_reason = null,
    next_look_at = case when kind in ('jobEnded', 'httpPoll', 'queue') and ${enabled}::boolean then clock_timestamp() end,
    enabled = ${enabled}::boolean`;
}

export async function deleteTrigger(db: Db, caller: Caller, triggerId: string, requestId: string): Promise<void> {
  const before = await findTrigger(db, caller, triggerId);
  await db.query(sql`
    with t as (
      update triggers set deleted_at = clock_timestamp(), enabled = false, address = null, sealed = null, secret_names = '{}',
        next_look_at = null, watch_until = null
      where id = ${triggerId}::uuid returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.deleted', id from t`);
  await writeAudit(db, caller, {
    action: 'trigger.delete',
    subjectId: triggerId,
    requestId,
    details: { kind: before.kind, name: before.name },
  });
}

/** The old secret is taken for a while yet, so that the sender can be told in the meantime. */
export async function rotateSecret(
  context: Context,
  db: Db,
  caller: Caller,
  triggerId: string,
  wanted: z.output<typeof rotateSecretSchema>,
  requestId: string,
): Promise<CreatedTrigger> {
  const before = await findTrigger(db, caller, triggerId);
  if ((before.kind !== 'webhook' && before.kind !== 'chat') || before.settings['scheme'] === 'none')
    throw new AppError('CONFLICT', 'Nothing is signed for this trigger, so it has no secret to exchange.');
  const scheme = String(before.settings['scheme']);
  if (scheme === 'slack' && wanted.secret === undefined)
    throw invalid('secret', 'Slack makes the secret: exchange it there and copy the new one here');
  const secret = wanted.secret ?? newSigningSecret();
  checkSigning(scheme, secret);
  const old = await readSecrets(db, context, caller.tenantId, triggerId);
  const secrets = rotated(old, secret, wanted.overlapHours * 3_600_000, Date.now());
  await db.query(sql`
    update triggers set sealed = ${sealSecrets(context, caller.tenantId, triggerId, secrets)}, secret_names = ${secretNames(secrets)}::text[]
    where id = ${triggerId}::uuid`);
  const row = await touched(db, caller, triggerId, sql`failures = failures`);
  await writeAudit(db, caller, {
    action: 'trigger.rotate-secret',
    subjectId: triggerId,
    requestId,
    details: { overlapHours: wanted.overlapHours },
  });
  return { trigger: toTrigger(row), secret: wanted.secret === undefined ? secret : null };
}

/** Every change counts as a revision, by which a robot that watches hears of it. */
async function touched(db: Db, caller: Caller, triggerId: string, set: Statement): Promise<TriggerRow> {
  const [row] = await db.query<TriggerRow>(sql`
    with changed as (
      update triggers set ${set}, updated_at = clock_timestamp(), revision = revision + 1
      where id = ${triggerId}::uuid and workspace_id = ${caller.workspaceId}::uuid returning *
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.changed', id from changed
    )
    select ${triggerColumns} from changed t`);
  return row as TriggerRow;
}

async function check(db: Db, caller: Caller, wanted: ParsedTrigger): Promise<void> {
  const workflow = await findWorkflow(db, caller, wanted.workflowId);
  if (wanted.workflowVersion !== undefined && wanted.workflowVersion > workflow.latest_version)
    throw new AppError('NOT_FOUND', `The workflow has no version ${wanted.workflowVersion}.`);
  if (wanted.robotId !== undefined) {
    const [robot] = await db.query(sql`
      select 1 from robots where id = ${wanted.robotId}::uuid and workspace_id = ${caller.workspaceId}::uuid and removed_at is null`);
    if (!robot) throw new AppError('NOT_FOUND', `There is no robot ${wanted.robotId}.`);
  }
  checkMapping({ filter: wanted.filter ?? null, input: wanted.input ?? null, reference: wanted.reference ?? null });
  await kindRules[wanted.kind].check?.(db, caller, wanted);
}

function isUnsigned(wanted: ParsedTrigger): boolean {
  return wanted.kind === 'webhook' && wanted.settings.scheme === 'none';
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function shownOf(row: TriggerRow) {
  const { name, enabled, workflow_id, workflow_version, input, filter, priority, robot_id, settings } = row;
  return { name, enabled, workflow_id, workflow_version, input, filter, priority, robot_id, settings };
}
