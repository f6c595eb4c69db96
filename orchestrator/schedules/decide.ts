import {
  MOST_CAUGHT_UP,
  openPlan,
  previewOf,
  reasonAgainst,
  type ScheduleFiring,
  type Slot,
  slotsUntil,
} from '@casare/shared';
import { calendarsOf, planOf, type ScheduleRow } from './schedule-row.ts';

/** What a slot comes to before anybody looks at the jobs of earlier ones. */
export interface Decision {
  readonly slot: number;
  readonly through?: number;
  readonly slots: number;
  readonly outcome: 'run' | Extract<ScheduleFiring['outcome'], 'excluded' | 'missed'>;
  readonly reason: string;
  /** It runs long after its time. */
  readonly caughtUp: boolean;
}

/** Later than this a slot counts as missed. A restart of the orchestrators takes less. */
const onTimeMs = 60_000;
/** Of more slots that were missed only this is known: that they were at least so many. */
const mostCounted = 1000;
const missedReason = 'No orchestrator was running at its time.';

/** What to do about every slot from `next_due` until now, and when the next one is due. */
export function decideSlots(
  row: Pick<ScheduleRow, 'timing' | 'time_zone' | 'starts_at' | 'ends_at' | 'calendars' | 'missed'>,
  due: number,
  now: number,
): { decisions: Decision[]; nextDue: number | undefined } {
  const plan = openPlan(planOf(row));
  const calendars = calendarsOf(row);
  // One more than can be caught up, so that it is known where those before end.
  const found = slotsUntil(plan, { from: due, to: now }, MOST_CAUGHT_UP + 1, mostCounted);
  const beyond = found.count - Math.min(found.slots.length, MOST_CAUGHT_UP);
  const slots = found.slots.slice(-MOST_CAUGHT_UP);
  const decisions: Decision[] = [];
  const missed: Slot[] = [];
  for (const slot of slots) {
    const reason = reasonAgainst(slot, plan.zone, calendars);
    if (reason !== undefined) decisions.push(one(slot, 'excluded', reason));
    else if (slot.at < now - onTimeMs) missed.push(slot);
    else decisions.push(one(slot, 'run', previewOf(slot, plan.zone, []).note ?? ''));
  }
  const caughtUp = row.missed === 'all' ? missed : row.missed === 'one' ? missed.slice(-1) : [];
  for (const slot of caughtUp) decisions.push({ ...one(slot, 'run', `Made up for. ${missedReason}`), caughtUp: true });
  const lost = missed.slice(0, missed.length - caughtUp.length);
  if (beyond + lost.length > 0) decisions.push(together(due, lost, beyond, found.slots[0]));
  decisions.sort((a, b) => a.slot - b.slot);
  return { decisions, nextDue: plan.next(now)?.at };
}

function one(slot: Slot, outcome: Decision['outcome'], reason: string): Decision {
  return { slot: slot.at, slots: 1, outcome, reason, caughtUp: false };
}

/** Slots that nobody will make up for, as one entry. */
function together(due: number, lost: readonly Slot[], beyond: number, oldest: Slot | undefined): Decision {
  const slot = beyond > 0 ? due : (lost[0]?.at ?? due);
  const through = lost.at(-1)?.at ?? oldest?.at ?? slot;
  const slots = beyond + lost.length;
  const reason = beyond >= mostCounted - MOST_CAUGHT_UP ? `${missedReason} At least ${slots} slots.` : missedReason;
  return { slot, ...(through > slot && { through }), slots, outcome: 'missed', reason, caughtUp: false };
}
