import {
  type ClaimedWatches,
  type claimWatchesSchema,
  WATCHED_KINDS,
  watchSetupSchema,
  type WireError,
} from '@casare/shared';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import { whyUnknown } from '../jobs/claim.ts';
import type { Caller } from '../keys/verify.ts';
import { readSecrets } from './secrets.ts';

interface WatchRow {
  id: string;
  kind: (typeof WATCHED_KINDS)[number];
  revision: number;
  watch_token: number;
  settings: Record<string, unknown>;
  since: Date;
  state: Record<string, unknown>;
}

/** New watches for one claim: the others are left for robots that ask next. */
const perClaim = 5;
/** A delivery is remembered at least so long; what is older than that is not looked for again. */
const rememberedDays = 29;

/**
 * Keeps the watches a robot holds and gives it further ones that it may have: those nobody holds, or whose holder was not heard of for the time
 * of a lease. Whoever watches shows a token that nobody else was given.
 */
export async function claimWatches(
  context: Context,
  caller: Caller,
  body: z.output<typeof claimWatchesSchema>,
): Promise<ClaimedWatches> {
  const { leaseSeconds } = context.timing;
  let changed = false;
  const reply = await inTenant(context.database.pool, caller.tenantId, async (db) => {
    const [robot] = await db.query<{ id: string }>(sql`
      select id from robots
      where key_id = ${caller.keyId}::uuid and instance_id = ${body.instanceId}::uuid and removed_at is null`);
    if (!robot) throw await whyUnknown(context, caller, body.instanceId);
    for (const { triggerId, token, error } of body.held)
      changed = (await noteError(db, triggerId, token, error)) || changed;
    changed = (await giveUp(db, robot.id, body)) || changed;
    const rows = await take(db, context, caller, robot.id, body.leaving);
    const known = new Map(body.held.map((one) => [`${one.triggerId} ${one.token} ${one.revision}`, one]));
    const watches = [];
    for (const row of rows) {
      const isKnown = known.has(`${row.id} ${row.watch_token} ${row.revision}`);
      if (!isKnown) changed = true;
      watches.push({
        triggerId: row.id,
        token: row.watch_token,
        revision: row.revision,
        setup: isKnown ? null : await setupOf(db, context, caller, row),
      });
    }
    return { leaseSeconds, watches };
  });
  if (changed) context.signals.send({ kind: 'events' });
  return reply;
}

async function take(db: Db, context: Context, caller: Caller, robotId: string, leaving: boolean): Promise<WatchRow[]> {
  return db.query<WatchRow>(sql`
    with me as (
      select id, capabilities, tags from robots where id = ${robotId}::uuid
    ), free as (
      select t.id from triggers t, me
      where t.workspace_id = ${caller.workspaceId}::uuid and t.kind = any(${[...WATCHED_KINDS]}::text[]) and t.enabled and t.deleted_at is null
        and not ${leaving}::boolean and (t.watch_until is null or t.watch_until < clock_timestamp())
        and (t.robot_id is null or t.robot_id = me.id) and t.required_capabilities <@ me.capabilities and t.required_tags <@ me.tags
      order by t.id limit ${perClaim}::int for update of t skip locked
    ), mine as (
      update triggers t set watch_robot_id = ${robotId}::uuid,
        watch_token = case when t.id in (select id from free) then nextval('watch_tokens') else t.watch_token end,
        watch_until = clock_timestamp() + make_interval(secs => ${context.timing.leaseSeconds})
      where t.id in (select id from free)
        or (t.watch_robot_id = ${robotId}::uuid and t.watch_until >= clock_timestamp() and t.enabled and t.deleted_at is null
          and (t.robot_id is null or t.robot_id = ${robotId}::uuid))
      returning t.id, t.workspace_id, t.kind, t.revision, t.watch_token, t.settings, t.since, t.state
    ), noted as (
      insert into events (workspace_id, type, subject_id)
      select workspace_id, 'trigger.changed', id from mine where id in (select id from free)
    )
    select id, kind, revision, watch_token::float8 as watch_token, settings,
      greatest(since, clock_timestamp() - make_interval(days => ${rememberedDays})) as since, state
    from mine order by id`);
}

/** Watches this robot has, and does not say to hold: it was started anew, or it leaves. Others may have them at once. */
async function giveUp(
  db: Db,
  robotId: string,
  { held, leaving }: z.output<typeof claimWatchesSchema>,
): Promise<boolean> {
  const kept = leaving ? [] : held.map(({ token }) => token);
  const rows = await db.query(sql`
    with t as (
      update triggers set watch_until = null, watch_robot_id = null
      where watch_robot_id = ${robotId}::uuid and watch_until >= clock_timestamp() and not watch_token = any(${kept}::bigint[])
      returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.changed', id from t returning 1`);
  return rows.length > 0;
}

/** Why it cannot be watched now, or that it can again. */
async function noteError(db: Db, triggerId: string, token: number, error: WireError | undefined): Promise<boolean> {
  const text = error === undefined ? null : JSON.stringify(error);
  const rows = await db.query(sql`
    with t as (
      update triggers set last_error = ${text}::jsonb, failures = case when ${text}::jsonb is null then 0 else failures + 1 end
      where id = ${triggerId}::uuid and watch_token = ${token}::bigint and last_error is distinct from ${text}::jsonb
      returning id, workspace_id
    )
    insert into events (workspace_id, type, subject_id) select workspace_id, 'trigger.changed', id from t returning 1`);
  return rows.length > 0;
}

async function setupOf(db: Db, context: Context, caller: Caller, row: WatchRow) {
  const { values } = await readSecrets(db, context, caller.tenantId, row.id);
  const { kind, settings, since, state } = row;
  return watchSetupSchema.parse({ kind, settings, since: since.toISOString(), state, secrets: values });
}
