import { excludedBy, type NamedCalendar } from './calendars.ts';
import { clockOf, dayOf, type Instant, type TimeZone, toLocalIso } from './time-zone.ts';
import { openPlan, type Plan, type Slot } from './times.ts';

/** A moment of a schedule, with what comes of it and why. */
export interface SlotPreview {
  /** In UTC. */
  at: string;
  /** As clocks of its time zone show it, with the offset. */
  local: string;
  runs: boolean;
  /** Why there is no run. */
  reason: string | null;
  /** What a change of clocks does to it. */
  note: string | null;
}

/** So many slots in a row may be excluded before one stops to look. */
const mostExcluded = 400;

/** The next slots of a schedule until so many of them run, those that do not run among them. */
export function previewSlots(
  plan: Plan,
  calendars: readonly NamedCalendar[],
  { after, runs, most = runs + mostExcluded }: { after: Instant; runs: number; most?: number },
  openZone?: (name: string) => TimeZone,
): SlotPreview[] {
  const { zone, next } = openPlan(plan, openZone);
  const shown: SlotPreview[] = [];
  let found = 0;
  for (let slot = next(after); slot && found < runs && shown.length < most; slot = next(slot.at)) {
    const preview = previewOf(slot, zone, calendars);
    shown.push(preview);
    if (preview.runs) found++;
  }
  return shown;
}

export function previewOf(slot: Slot, zone: TimeZone, calendars: readonly NamedCalendar[]): SlotPreview {
  const reason = reasonAgainst(slot, zone, calendars);
  return {
    at: new Date(slot.at).toISOString(),
    local: toLocalIso(zone, slot.at),
    runs: reason === undefined,
    reason: reason ?? null,
    note: noteOf(slot, zone) ?? null,
  };
}

/** The day is the one clocks show when it is due. */
export function reasonAgainst({ at }: Slot, zone: TimeZone, calendars: readonly NamedCalendar[]): string | undefined {
  return calendars.length === 0 ? undefined : excludedBy(calendars, at + zone.offsetAt(at));
}

function noteOf({ at, wall, change }: Slot, zone: TimeZone): string | undefined {
  const shown = clockOf(at + zone.offsetAt(at));
  if (change === 'gap')
    return `Clocks go forward over ${clockOf(wall)} on ${dayOf(wall)}: it runs as soon as they have, at ${shown}.`;
  if (change === 'twice') return `Clocks go back and show ${shown} twice: it runs the first time only.`;
  return undefined;
}
