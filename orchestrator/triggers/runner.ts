import { asAppError, httpPollSettingsSchema, toWire } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { inTenant, oneAcrossTenants } from '../db/transaction.ts';
import { kindRules } from './kinds/index.ts';
import { goOnWithChains } from './kinds/job-ended.ts';
import { startForQueues } from './kinds/queue.ts';
import { sendReplies } from './replies.ts';
import { triggerColumns, type TriggerRow } from './trigger-row.ts';

export interface TriggerRunner {
  /** Does what is due; what takes long goes on by itself. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

const maxLooks = 8;
/** Longer than a look may take; then somebody else looks. */
const lookSeconds = 60;
const longestPauseSeconds = 3600;

/** What triggers need that nobody calls: chains go on, queues are served, addresses are asked, answers are sent. */
export function createTriggerRunner(context: Context): TriggerRunner {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let replying = false;

  function start(task: Promise<void>, name: string): void {
    const work = task
      .catch((error: unknown) => {
        if (!stopping.signal.aborted)
          context.log.warn({ err: error, trigger: name }, 'a trigger failed and is tried again');
      })
      .finally(() => running.delete(work));
    running.add(work);
  }

  async function look({ tenant_id: tenantId, id }: { tenant_id: string; id: string }): Promise<void> {
    const trigger = await inTenant(context.database.pool, tenantId, async (db) => {
      const [row] = await db.query<TriggerRow>(sql`
        select ${triggerColumns} from triggers t where t.id = ${id}::uuid and t.enabled and t.deleted_at is null`);
      return row;
    });
    const { look: rules } = trigger ? kindRules[trigger.kind] : {};
    if (!trigger || !rules) return;
    try {
      const { nextSeconds, state } = await rules(context, trigger, stopping.signal);
      await noteLook(context, trigger, nextSeconds, state);
    } catch (error) {
      if (!stopping.signal.aborted) await noteFailure(context, trigger, error);
    }
  }

  return {
    async tick() {
      await goOnWithChains(context);
      await startForQueues(context);
      if (!replying) {
        replying = true;
        start(
          sendReplies(context, stopping.signal).finally(() => (replying = false)),
          'replies',
        );
      }
      const free = maxLooks - running.size;
      if (free <= 0) return;
      for (const due of await takeDue(context, free)) start(look(due), due.id);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}

/** Taken by moving their time on, so that two servers do not look at the same moment. */
function takeDue({ database }: Context, limit: number): Promise<{ tenant_id: string; id: string }[]> {
  return oneAcrossTenants(
    database.system,
    sql`
      update triggers set next_look_at = clock_timestamp() + make_interval(secs => ${lookSeconds})
      where (tenant_id, id) in (
        select tenant_id, id from triggers
        where enabled and deleted_at is null and next_look_at <= clock_timestamp() and kind = 'httpPoll'
        order by next_look_at limit ${limit}::int for update skip locked)
      returning tenant_id, id`,
  );
}

/** Unless it was changed meanwhile: then what was seen is about something else. */
async function noteLook(
  context: Context,
  trigger: TriggerRow,
  nextSeconds: number,
  state: Record<string, unknown> | undefined,
): Promise<void> {
  const text = state === undefined ? null : JSON.stringify(state);
  const recovered = trigger.failures > 0;
  await inTenant(context.database.pool, trigger.tenant_id, (db) =>
    db.query(sql`
      with t as (
        update triggers set state = coalesce(${text}::jsonb, state), failures = 0, last_error = null,
          next_look_at = clock_timestamp() + make_interval(secs => ${nextSeconds})
        where id = ${trigger.id}::uuid and revision = ${trigger.revision}::int and enabled and deleted_at is null
        returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id)
      select workspace_id, 'trigger.changed', id from t where ${recovered}::boolean`),
  );
  if (recovered) context.signals.send({ kind: 'events' });
}

/** Looks again after longer and longer pauses, and gives up with an event when it has failed too often in a row. */
async function noteFailure(context: Context, trigger: TriggerRow, thrown: unknown): Promise<void> {
  const error = asAppError(thrown);
  const { everySeconds, giveUpAfter } = httpPollSettingsSchema.parse(trigger.settings);
  const failures = trigger.failures + 1;
  const pause =
    Math.min(longestPauseSeconds, everySeconds * 2 ** Math.min(failures, 10)) * (0.8 + 0.4 * context.random());
  const givesUp = failures >= giveUpAfter;
  const reason = givesUp ? `${failures} looks in a row have failed. The last one: ${error.message}` : null;
  await inTenant(context.database.pool, trigger.tenant_id, (db) =>
    db.query(sql`
      with t as (
        update triggers set failures = ${failures}::int, last_error = ${JSON.stringify(toWire(error))}::jsonb,
          enabled = not ${givesUp}::boolean, disabled_reason = ${reason},
          next_look_at = case when not ${givesUp}::boolean then clock_timestamp() + make_interval(secs => ${pause}) end
        where id = ${trigger.id}::uuid and revision = ${trigger.revision}::int and enabled and deleted_at is null
        returning id, workspace_id
      )
      insert into events (workspace_id, type, subject_id)
      select workspace_id, ${givesUp ? 'trigger.disabled' : 'trigger.changed'}, id from t`),
  );
  context.signals.send({ kind: 'events' });
}
