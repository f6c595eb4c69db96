import { randomBytes } from 'node:crypto';
import { AppError, submitJobSchema, toWire, type WireError } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { submitJobs } from '../jobs/submit.ts';
import { deliveryColumns, type DeliveryRow } from './delivery-row.ts';
import { type Mapped, mapPayload, type Payload } from './map-payload.ts';
import type { TriggerRow } from './trigger-row.ts';

/** Something that happened, as a trigger is told of it. */
export interface Occurrence {
  /** The same for the same thing, however often and by whomever it is told. */
  readonly messageId: string;
  readonly payload: Payload;
  /** Of a message that may come twice: what it must have in common with the first. */
  readonly hash?: Buffer;
  /** How many triggers led to it. */
  readonly depth?: number;
  /** Where to send what became of the job. */
  readonly replyUrl?: string;
  readonly replayOf?: string;
  /** The trace of the request that told it. */
  readonly traceParent?: string;
}

export interface Delivered {
  readonly row: DeliveryRow;
  /** It was told before: nothing has happened now. */
  readonly repeated: boolean;
}

/** More triggers than this, one after the other, are taken for a circle. */
const DEEPEST_CHAIN = 16;

/**
 * One message, one delivery, at most one job: all in one transaction. What is wrong with the message makes a delivery that is refused; what
 * passes by itself (RATE_LIMITED, a database that is away) is thrown and leaves nothing behind, so the same message can come again.
 */
export async function deliver(context: Context, trigger: TriggerRow, occurrence: Occurrence): Promise<Delivered> {
  const delivered = await inTenant(context.database.pool, trigger.tenant_id, (db) =>
    deliverIn(context, db, trigger, occurrence),
  );
  tellDelivered(context, trigger, delivered.repeated ? 0 : delivered.row.job_id === null ? 0 : 1);
  return delivered;
}

/** After the commit of `deliverIn`. */
export function tellDelivered(context: Context, trigger: Pick<TriggerRow, 'workspace_id'>, jobs: number): void {
  context.signals.send({ kind: 'events' });
  if (jobs > 0) context.signals.send({ kind: 'pending', workspaceId: trigger.workspace_id, jobs });
}

export async function deliverIn(
  context: Context,
  db: Db,
  trigger: TriggerRow,
  occurrence: Occurrence,
): Promise<Delivered> {
  const { messageId, payload, hash = null, depth = 0, replyUrl = null, replayOf = null } = occurrence;
  // A second telling waits here for the first, and then finds it.
  const [made] = await db.query<{ id: string }>(sql`
    insert into trigger_deliveries (workspace_id, trigger_id, message_id, payload, payload_hash, depth, answer_key, reply_url, replay_of)
    values (${trigger.workspace_id}::uuid, ${trigger.id}::uuid, ${messageId}, ${JSON.stringify(payload)}::jsonb, ${hash}::bytea,
      ${depth}::int, ${randomBytes(24).toString('base64url')}, ${replyUrl}, ${replayOf}::uuid)
    on conflict do nothing returning id`);
  if (!made) context.counters.deliveries.inc({ outcome: 'repeated' });
  if (!made) return { row: await toldBefore(db, trigger, occurrence), repeated: true };
  await takeTurn(db, trigger, occurrence);
  const outcome = await planJob(context, db, trigger, occurrence).catch((error: unknown) => refusalOf(error));
  const [row] = await db.query<DeliveryRow>(sql`
    with changed as (
      update trigger_deliveries d set state = ${outcome.state}, job_id = ${outcome.jobId}::uuid,
        reason = ${outcome.reason === null ? null : JSON.stringify(outcome.reason)}::jsonb,
        reply_due_at = case when reply_url is not null and ${outcome.jobId}::uuid is not null then clock_timestamp() end
      where d.id = ${made.id}::uuid
      returning d.*
    ), noted as (
      insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.delivered', trigger_id from changed
    )
    select ${deliveryColumns} from changed d`);
  context.counters.deliveries.inc({ outcome: outcome.state });
  return { row: row as DeliveryRow, repeated: false };
}

async function toldBefore(db: Db, trigger: TriggerRow, { messageId, hash }: Occurrence): Promise<DeliveryRow> {
  const [row] = await db.query<DeliveryRow>(sql`
    select ${deliveryColumns} from trigger_deliveries d
    where d.trigger_id = ${trigger.id}::uuid and d.message_id = ${messageId}`);
  if (!row)
    throw new AppError('UNAVAILABLE', 'The message is being taken by another request. Send it again.', {
      retryable: true,
    });
  if (hash && row.payload_hash && !row.payload_hash.equals(hash))
    throw new AppError(
      'IDEMPOTENCY_MISMATCH',
      'A message with this id came before and had another content. Every message needs an id of its own.',
    );
  return row;
}

/** The guards. The row of the trigger is locked by it, so two messages at once cannot both be the last that is let in. */
async function takeTurn(db: Db, trigger: TriggerRow, { replayOf }: Occurrence): Promise<void> {
  const byHand = replayOf !== undefined;
  const [turn] = await db.query<{ enabled: boolean; wait: number }>(sql`
    update triggers t set last_delivery_at = clock_timestamp(),
      minute_count = case when minute_began > clock_timestamp() - interval '1 minute' then minute_count + 1 else 1 end,
      minute_began = case when minute_began > clock_timestamp() - interval '1 minute' then minute_began else clock_timestamp() end
    where t.id = ${trigger.id}::uuid and t.deleted_at is null
    returning t.enabled, case when ${byHand}::boolean or t.max_per_minute is null or t.minute_count <= t.max_per_minute then 0
      else ceil(extract(epoch from t.minute_began + interval '1 minute' - clock_timestamp()))::int end as wait`);
  if (!turn) throw new AppError('NOT_FOUND', 'There is no such trigger any more.');
  if (!turn.enabled && !byHand)
    throw new AppError('UNAVAILABLE', 'This trigger is switched off. Try again when it is on.', {
      retryable: true,
      details: { retryAfter: 60 },
    });
  if (turn.wait > 0) throw tooMany('Too many messages in a minute for this trigger.', turn.wait);
  if (trigger.max_open_jobs !== null && !byHand) {
    const [open] = await db.query<{ n: number }>(sql`
      select count(*)::int as n from trigger_deliveries d join jobs j on j.tenant_id = d.tenant_id and j.id = d.job_id
      where d.trigger_id = ${trigger.id}::uuid and j.state in ('pending', 'running', 'waiting')`);
    if ((open?.n ?? 0) >= trigger.max_open_jobs)
      throw tooMany('As many jobs of this trigger as it may have are not finished yet.', 10);
  }
}

function tooMany(message: string, retryAfter: number): AppError {
  return new AppError('RATE_LIMITED', `${message} Try again later.`, { retryable: true, details: { retryAfter } });
}

interface Outcome {
  readonly state: DeliveryRow['state'];
  readonly jobId: string | null;
  readonly reason: WireError | null;
}

async function planJob(context: Context, db: Db, trigger: TriggerRow, occurrence: Occurrence): Promise<Outcome> {
  if ((occurrence.depth ?? 0) > DEEPEST_CHAIN)
    throw new AppError(
      'TRIGGER_LOOP',
      `${DEEPEST_CHAIN} triggers have started jobs one after the other. If they go in a circle, give one of them a filter that ends it.`,
    );
  const mapped = await mapFor(context, db, trigger, occurrence.payload);
  if (!mapped.wanted) return { state: 'filtered', jobId: null, reason: null };
  const request = submitJobSchema.parse({
    workflowId: trigger.workflow_id,
    ...(trigger.workflow_version === null ? {} : { version: trigger.workflow_version }),
    input: mapped.input,
    priority: trigger.priority,
    ...(trigger.robot_id === null || isWatched(trigger) ? {} : { robotId: trigger.robot_id }),
    requiredCapabilities: trigger.required_capabilities,
    requiredTags: trigger.required_tags,
    maxRetries: trigger.max_retries,
    ...(mapped.reference === undefined ? {} : { reference: mapped.reference }),
  });
  const place = { tenantId: trigger.tenant_id, workspaceId: trigger.workspace_id };
  const [job] = await submitJobs(context, db, place, [
    { ...request, ...(occurrence.traceParent !== undefined && { traceParent: occurrence.traceParent }) },
  ]);
  return { state: 'accepted', jobId: job?.id ?? null, reason: null };
}

/** A robot that watches is not thereby the one that does the work. */
function isWatched({ kind }: TriggerRow): boolean {
  return kind === 'file' || kind === 'mail' || kind === 'database';
}

/** The inputs that a payload comes to, with the inputs the workflow declares now. */
export async function mapFor(context: Context, db: Db, trigger: TriggerRow, payload: Payload): Promise<Mapped> {
  return mapPayload(trigger, await documentOf(context, db, trigger), payload);
}

/** The document that a job of the trigger would run now. */
export async function documentOf(
  context: Context,
  db: Db,
  trigger: TriggerRow,
): Promise<Awaited<ReturnType<Context['documents']['get']>>['document']> {
  const [workflow] = await db.query<{ name: string; published_version: number | null }>(sql`
    select name, published_version from workflows where id = ${trigger.workflow_id}::uuid`);
  const version = trigger.workflow_version ?? workflow?.published_version ?? null;
  if (version === null)
    throw new AppError('CONFLICT', `"${workflow?.name}" has no published version. Publish one, or name a version.`);
  return (await context.documents.get(trigger.tenant_id, trigger.workflow_id, version, db)).document;
}

/** What is wrong for good is the outcome of the delivery; everything else undoes it. */
function refusalOf(error: unknown): Outcome {
  if (!(error instanceof AppError) || error.status >= 500 || error.retryable) throw error;
  return { state: 'refused', jobId: null, reason: toWire(error) };
}

/** A message that did not prove whose it is; it never takes the id it claims to have. */
export async function noteRefused(
  context: Context,
  trigger: TriggerRow,
  error: AppError,
  payload: Payload,
): Promise<void> {
  await inTenant(context.database.pool, trigger.tenant_id, (db) =>
    db.query(sql`
      with d as (
        insert into trigger_deliveries (workspace_id, trigger_id, message_id, state, reason, payload)
        values (${trigger.workspace_id}::uuid, ${trigger.id}::uuid, ${`refused:${randomBytes(12).toString('base64url')}`}, 'refused',
          ${JSON.stringify(toWire(error))}::jsonb, ${JSON.stringify(payload)}::jsonb)
        returning workspace_id, trigger_id
      )
      insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.delivered', trigger_id from d`),
  );
  context.counters.deliveries.inc({ outcome: 'refused' });
  context.signals.send({ kind: 'events' });
}
