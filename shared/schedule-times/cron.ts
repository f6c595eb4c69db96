import { Cron } from 'croner';
import type { Instant, TimeZone, WallTime } from './time-zone.ts';
import type { Slot, Times } from './times.ts';

const nicknames = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/**
 * The slots of a cron expression in a time zone. The library knows the pattern alone; what happens where clocks change is
 * decided here:
 * - Times of day (second, minute and hour are numbers or lists of numbers) run once a day: at the first instant after a gap
 *   that swallows them, and at the first of two where clocks go back.
 * - Everything with a recurring minute or hour (wildcard, range, step) runs whenever clocks show a time that fits: not in a
 *   gap, and both times where clocks go back.
 */
export function openCron(expression: string, zone: TimeZone): Times {
  const pattern = readPattern(expression);
  const nextWall = (wall: WallTime): WallTime | undefined => pattern.nextRun(new Date(wall))?.getTime();
  return hasTimesOfDay(expression) ? timesOfDay(nextWall, zone) : recurring(nextWall, zone);
}

/** Why an expression cannot be used; nothing when it can. */
export function cronFault(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 1 && expression.trim().startsWith('@')) {
    if (nicknames.includes(expression.trim().toLowerCase())) return undefined;
    return `"${expression.trim()}" is not known. Use one of ${nicknames.join(', ')}, or five fields.`;
  }
  if (fields.length !== 5 && fields.length !== 6)
    return 'A cron expression has five fields: minute, hour, day of month, month, day of week; with a sixth in front for seconds.';
  try {
    const first = readPattern(expression).nextRun(new Date(Date.UTC(2024, 0, 1)));
    return first ? undefined : 'There is no day with this date, so it would never run.';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return (
      text
        .replace(/^CronPattern: /, '')
        // The library counts both from 0 by then.
        .replace(/(Invalid value for (?:day|month): )(-?\d+)/, (_, words: string, n: string) => words + (Number(n) + 1))
        .replace(/\.?$/, '.')
    );
  }
}

function readPattern(expression: string): Cron {
  // Offset 0: walls in, walls out.
  return new Cron(expression.trim(), { utcOffset: 0, paused: true });
}

function hasTimesOfDay(expression: string): boolean {
  const fields = expression.trim().toLowerCase().split(/\s+/);
  if (fields.length === 1) return fields[0] !== '@hourly';
  const timeFields = fields.slice(0, fields.length - 3);
  return timeFields.every((field) => /^[\d,]+$/.test(field));
}

type NextWall = (wall: WallTime) => WallTime | undefined;

function timesOfDay(nextWall: NextWall, zone: TimeZone): Times {
  return {
    next(after) {
      let wall: WallTime | undefined = after + zone.offsetAt(after);
      while ((wall = nextWall(wall)) !== undefined) {
        const slot = slotOf(wall, zone);
        if (slot && slot.at > after) return slot;
      }
      return undefined;
    },
  };
}

function slotOf(wall: WallTime, zone: TimeZone): Slot | undefined {
  const { instants, afterGap } = zone.resolve(wall);
  const [first] = instants;
  if (first !== undefined) return instants.length > 1 ? { at: first, wall, change: 'twice' } : { at: first, wall };
  return afterGap === undefined ? undefined : { at: afterGap, wall, change: 'gap' };
}

function recurring(nextWall: NextWall, zone: TimeZone): Times {
  return {
    next(after) {
      let from: Instant = after;
      let wall: WallTime = after + zone.offsetAt(after);
      let offset = zone.offsetAt(after);
      // One stretch without a change of clocks after the other.
      for (;;) {
        const candidate = nextWall(wall);
        if (candidate === undefined) return undefined;
        const at = candidate - offset;
        const change = zone.nextTransition(from, at);
        if (change === undefined) return { at, wall: candidate };
        from = change;
        offset = zone.offsetAt(change);
        // The wall time of the change itself may fit.
        wall = change + offset - 1000;
      }
    },
  };
}
