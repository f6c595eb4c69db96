/** Milliseconds since 1970. A wall time is what the clocks of a zone show, written as if it were UTC. */
export type Instant = number;
export type WallTime = number;

export interface TimeZone {
  readonly name: string;
  /** What clocks show minus UTC. */
  offsetAt(instant: Instant): number;
  /** The first instant after `from`, up to and including `to`, from which on clocks have another offset. */
  nextTransition(from: Instant, to: Instant): Instant | undefined;
  /** The instants at which clocks show a wall time: one, two where they go back, none where they go forward over it. */
  resolve(wall: WallTime): ResolvedWall;
}

export interface ResolvedWall {
  readonly instants: readonly Instant[];
  /** Where there is none: the first instant after the gap. */
  readonly afterGap?: Instant;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** No zone changes its clocks twice within it. */
const stride = 12 * hour;
/** More than any offset there ever was. */
const reach = 36 * hour;

export function isTimeZone(name: string): boolean {
  // Intl takes offsets such as +01:00 too; those are no zones and know no summer.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Throws a RangeError for a name that is no zone: check with isTimeZone. */
export function openTimeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const isUtc = name === 'UTC' || name === 'Etc/UTC';

  function offsetAt(instant: Instant): number {
    if (isUtc) return 0;
    const [month = 0, date = 0, year = 0, hours = 0, minutes = 0, seconds = 0] = (
      format.format(instant).match(/\d+/g) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, date, hours, minutes, seconds) - Math.floor(instant / 1000) * 1000;
  }

  /** Between two instants whose offsets differ. */
  function transitionBetween(from: Instant, to: Instant): Instant {
    const before = offsetAt(from);
    let [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle * 1000) === before) low = middle;
      else high = middle;
    }
    return high * 1000;
  }

  function nextTransition(from: Instant, to: Instant): Instant | undefined {
    if (isUtc) return undefined;
    let offset = offsetAt(from);
    for (let low = from; low < to; low += stride) {
      const high = Math.min(low + stride, to);
      const next = offsetAt(high);
      if (next !== offset) return transitionBetween(low, high);
      offset = next;
    }
    return undefined;
  }

  function resolve(wall: WallTime): ResolvedWall {
    const [from, to] = [wall - reach, wall + reach];
    const instants: Instant[] = [];
    let afterGap: Instant | undefined;
    for (let start = from; start < to; ) {
      const offset = offsetAt(start);
      const end = nextTransition(start, to) ?? to;
      const instant = wall - offset;
      if (instant >= start && instant < end) instants.push(instant);
      if (end < to && wall >= end + offset && wall < end + offsetAt(end)) afterGap = end;
      start = end;
    }
    return instants.length > 0 || afterGap === undefined ? { instants } : { instants, afterGap };
  }

  return { name, offsetAt, nextTransition, resolve };
}

/** `2027-03-28T09:00:00+02:00`. */
export function toLocalIso(zone: TimeZone, instant: Instant): string {
  const offset = zone.offsetAt(instant);
  const minutes = Math.round(Math.abs(offset) / minute);
  const sign = offset < 0 ? '-' : '+';
  const wall = new Date(instant + offset).toISOString().slice(0, 19);
  return `${wall}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The day clocks show: `2027-03-28`. */
export function dayOf(wall: WallTime): string {
  return new Date(wall).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(wall: WallTime): number {
  return (((Math.floor(wall / day) + 4) % 7) + 7) % 7;
}

/** `09:00`, or `09:00:30`. */
export function clockOf(wall: WallTime): string {
  const text = new Date(wall).toISOString();
  return text.slice(17, 19) === '00' ? text.slice(11, 16) : text.slice(11, 19);
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
