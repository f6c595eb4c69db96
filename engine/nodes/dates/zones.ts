import { AppError } from '@casare/shared';
import { WallDate } from './wall-date.ts';

/** Milliseconds the clocks of the zone are ahead of UTC at this instant. */
function offsetAt(instant: number, clock: Intl.DateTimeFormat): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second);
  return wall.getTime() - Math.floor(instant / 1000) * 1000;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new AppError(
      'PARAMS_INVALID',
      `"${timeZone}" is no time zone. Use a name such as Europe/Oslo, America/New_York or UTC.`,
      {
        details: { timeZone },
        cause: error,
      },
    );
  }
}

/** The wall clock of the zone at this instant. */
export function wallOf(instant: number, timeZone: string): WallDate {
  const offset = offsetAt(instant, clockOf(timeZone));
  return new WallDate(instant + offset, offset / 60_000);
}

/** The instant at which the zone's wall clock shows this. A time that a clock change skips is taken as much later, one it repeats is the first. */
export function instantOf(wall: Date, timeZone: string): number {
  const clock = clockOf(timeZone);
  const local = wall.getTime();
  // At the ends of what a date can be there is no day before and after to ask.
  if (!(Math.abs(local) < 8_639_999_000_000_000)) return Number.NaN;
  const offsets = [offsetAt(local - 86_400_000, clock), offsetAt(local + 86_400_000, clock)];
  for (const offset of offsets) if (offsetAt(local - offset, clock) === offset) return local - offset;
  return local - Math.min(...offsets);
}
