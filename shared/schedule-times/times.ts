import type { ScheduleTiming } from '../schedules.ts';
import { openCron } from './cron.ts';
import { type Instant, openTimeZone, type TimeZone, type WallTime } from './time-zone.ts';

/** A moment at which a schedule is due. */
export interface Slot {
  readonly at: Instant;
  /** What clocks would show by the pattern; differs from what they show where it fell into a gap. */
  readonly wall: WallTime;
  /** Clocks go forward over it, or show it twice. */
  readonly change?: 'gap' | 'twice';
}

export interface Times {
  /** The first slot after an instant. */
  next(after: Instant): Slot | undefined;
}

/** When a schedule is due, without its calendars. */
export interface Plan {
  readonly timing: ScheduleTiming;
  readonly timeZone: string;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
}

export interface OpenPlan extends Times {
  readonly zone: TimeZone;
}

export function openPlan(plan: Plan, openZone: (name: string) => TimeZone = openTimeZone): OpenPlan {
  const zone = openZone(plan.timeZone);
  const times = openTiming(plan.timing, zone);
  const start = plan.startsAt === null ? -Infinity : Date.parse(plan.startsAt);
  const end = plan.endsAt === null ? Infinity : Date.parse(plan.endsAt);
  return {
    zone,
    next(after) {
      // A slot at the very start counts.
      const slot = times.next(Math.max(after, start - 1));
      return slot && slot.at <= end ? slot : undefined;
    },
  };
}

function openTiming(timing: ScheduleTiming, zone: TimeZone): Times {
  const slotAt = (at: Instant): Slot => ({ at, wall: at + zone.offsetAt(at) });
  switch (timing.kind) {
    case 'cron':
      return openCron(timing.expression, zone);
    case 'interval': {
      const [anchor, every] = [Date.parse(timing.anchor), timing.everySeconds * 1000];
      return { next: (after) => slotAt(anchor + Math.max(0, Math.floor((after - anchor) / every) + 1) * every) };
    }
    case 'once': {
      const at = Date.parse(timing.at);
      return { next: (after) => (at > after ? slotAt(at) : undefined) };
    }
  }
}

/** The newest slots up to an instant, oldest first; how many there are since `from`, counted to `atMost`. */
export function slotsUntil(
  times: Times,
  range: { from: Instant; to: Instant },
  newest: number,
  atMost: number,
): { slots: Slot[]; count: number } {
  let count = 0;
  const counted: Slot[] = [];
  for (let slot = times.next(range.from - 1); slot && slot.at <= range.to; slot = times.next(slot.at)) {
    counted.push(slot);
    if (++count > atMost) break;
  }
  if (count <= atMost) return { slots: counted.slice(-newest), count };
  // Too many to walk through: look back from the end, over twice as long a time until there are enough.
  for (let reach = 60_000; ; reach *= 2) {
    const since = Math.max(range.from, range.to - reach);
    const slots: Slot[] = [];
    for (let slot = times.next(since - 1); slot && slot.at <= range.to; slot = times.next(slot.at)) slots.push(slot);
    if (slots.length >= newest || since === range.from) return { slots: slots.slice(-newest), count };
  }
}
