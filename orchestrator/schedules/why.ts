import { type OpenPlan, openPlan, previewOf, type ScheduleWhy, toLocalIso } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { type Db, inTenant } from '../db/transaction.ts';
import type { Caller } from '../keys/verify.ts';
import { lockSchedule } from './list.ts';
import { calendarsOf, type FiringRow, firingColumns, planOf, type ScheduleRow, toFiring } from './schedule-row.ts';

type Setting = Pick<ScheduleRow, 'timing' | 'time_zone' | 'starts_at' | 'ends_at' | 'calendars'> & {
  at: Date;
  actor: string;
  enabled: boolean;
};
type Answer = Pick<ScheduleWhy, 'verdict' | 'sentence'> & { firing?: FiringRow };

/** Why it ran or did not run at a time: by what was decided then, else by how it was set then. */
export function explainSchedule(context: Context, caller: Caller, id: string, time?: string): Promise<ScheduleWhy> {
  return inTenant(context.database.pool, caller.tenantId, async (db) => {
    const row = await lockSchedule(db, caller, id);
    const moment = time === undefined ? row.now.getTime() : Date.parse(time);
    const at = new Date(moment).toISOString();
    const setting = await settingAt(db, id, at);
    const plan = openPlan(planOf(setting ?? row));
    const answer =
      (await byLedger(db, id, at, plan)) ??
      (setting ? bySetting(setting, plan, moment, row) : notCreated(row.created_at));
    const current = openPlan(planOf(row));
    const next = row.enabled ? current.next(Math.max(moment, row.now.getTime())) : undefined;
    return {
      at,
      verdict: answer.verdict,
      sentence: answer.sentence,
      firing: answer.firing ? toFiring(answer.firing) : null,
      next: next ? previewOf(next, current.zone, calendarsOf(row)) : null,
    };
  });
}

async function settingAt(db: Db, id: string, at: string): Promise<Setting | undefined> {
  const [setting] = await db.query<Setting>(sql`
    select s.at, s.actor, s.enabled, s.timing, s.time_zone, s.starts_at, s.ends_at,
      (select json_agg(json_build_object('name', c.name, 'weekdays', c.weekdays, 'days', c.days) order by c.id)
        from calendars c where c.tenant_id = s.tenant_id and c.id = any(s.calendar_ids)) as calendars
    from schedule_changes s
    where s.schedule_id = ${id}::uuid and s.at <= ${at}::timestamptz order by s.at desc limit 1`);
  return setting;
}

const words: Record<FiringRow['outcome'], string> = {
  fired: 'It ran',
  queued: 'It waits for its turn',
  skipped: 'It was skipped',
  excluded: 'It did not run',
  missed: 'It was missed',
  failed: 'No job could be submitted',
};

async function byLedger(db: Db, id: string, at: string, { zone }: OpenPlan): Promise<Answer | undefined> {
  // The slot itself, or one of several that were missed together; of a time within a minute the slot that began it.
  const [firing] = await db.query<FiringRow>(sql`
    select ${firingColumns} from schedule_firings f
    where f.schedule_id = ${id}::uuid and f.slot <= ${at}::timestamptz
      and (f.slot = ${at}::timestamptz or f.through >= ${at}::timestamptz
        or f.slot >= date_trunc('minute', ${at}::timestamptz))
    order by (f.slot = ${at}::timestamptz) desc, f.slot desc limit 1`);
  if (!firing) return undefined;
  const slot = toLocalIso(zone, new Date(firing.slot).getTime());
  const reason = firing.reason === '' ? '' : ` ${firing.reason}`;
  const start = firing.outcome === 'fired' && firing.manual ? 'It ran outside of its plan' : words[firing.outcome];
  return { verdict: firing.outcome, sentence: `${start} (${slot}).${reason}`, firing };
}

function bySetting(setting: Setting, plan: OpenPlan, moment: number, row: ScheduleRow & { now: Date }): Answer {
  const local = toLocalIso(plan.zone, moment);
  if (!setting.enabled)
    return { verdict: 'paused', sentence: `It was paused by ${setting.actor} at ${setting.at.toISOString()}.` };
  const [start, end] = [setting.starts_at?.getTime() ?? -Infinity, setting.ends_at?.getTime() ?? Infinity];
  if (moment < start || moment > end)
    return {
      verdict: 'outsideOfDates',
      sentence:
        moment < start
          ? `It starts at ${setting.starts_at?.toISOString()}.`
          : `It ended at ${setting.ends_at?.toISOString()}.`,
    };
  const minute = Math.floor(moment / 60_000) * 60_000;
  const slot = plan.next(minute - 1);
  if (!slot || slot.at > moment) {
    const following = slot
      ? ` The next one after it is ${toLocalIso(plan.zone, slot.at)}.`
      : ' There is none after it.';
    return { verdict: 'noSlot', sentence: `${local} is none of its times.${following}` };
  }
  const { reason } = previewOf(slot, plan.zone, calendarsOf(setting));
  const isFuture = slot.at > row.now.getTime();
  if (isFuture)
    return reason === null
      ? { verdict: 'willRun', sentence: `It will run at ${toLocalIso(plan.zone, slot.at)}.` }
      : { verdict: 'willBeExcluded', sentence: `It will not run. ${reason}` };
  if (row.next_due && row.next_due.getTime() <= slot.at)
    return { verdict: 'due', sentence: 'It is due and an orchestrator will decide about it within a second.' };
  return { verdict: 'unknown', sentence: 'What became of this slot is not kept any more.' };
}

function notCreated(createdAt: Date): Answer {
  return { verdict: 'notYetCreated', sentence: `The schedule was created at ${createdAt.toISOString()}, after that.` };
}
