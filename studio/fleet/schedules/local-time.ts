import { isTimeZone, openTimeZone, type TimeZone, toLocalIso } from '@casare/shared';

/** As an input for date and time takes it. */
export function toLocalInput(instant: number, zone: TimeZone): string {
  return toLocalIso(zone, instant).slice(0, 16);
}

/** The moment at which clocks of a zone show a time: of two the first, in a gap the first after it. */
export function toInstant(text: string, timeZone: string): string | undefined {
  const wall = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`);
  if (Number.isNaN(wall) || !isTimeZone(timeZone)) return undefined;
  const { instants, afterGap } = openTimeZone(timeZone).resolve(wall);
  const at = instants[0] ?? afterGap;
  return at === undefined ? undefined : new Date(at).toISOString();
}
