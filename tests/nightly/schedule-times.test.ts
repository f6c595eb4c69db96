import { openPlan, openTimeZone, slotsUntil } from '@casare/shared';
import { expect, test } from 'vitest';

/** Zones of every kind: north and south, half hours, midnight changes, Ramadan, days left out, none at all. */
const zones =
  `Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Johannesburg America/Anchorage America/Asuncion America/Bogota
America/Caracas America/Chicago America/Denver America/Halifax America/Havana America/Los_Angeles America/Mexico_City America/New_York
America/Nuuk America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Amman Asia/Beirut Asia/Gaza Asia/Jerusalem
Asia/Kathmandu Asia/Kolkata Asia/Pyongyang Asia/Tehran Asia/Tokyo Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin
Europe/Chisinau Europe/Dublin Europe/Istanbul Europe/London Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Norfolk`
    .split(/\s+/)
    .filter((name) => name !== '');

const minute = 60_000;
const day = 1440 * minute;
const [from, to] = [Date.UTC(2016, 0, 1), Date.UTC(2026, 11, 31)];

/** Wall time by the platform's own words, minute by minute: nothing of ours is asked. */
function wallsAround(zone: string, at: number): { instant: number; wall: number }[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const walls = [];
  for (let instant = at - 2 * day; instant <= at + 2 * day; instant += minute)
    walls.push({ instant, wall: Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) });
  return walls;
}

function transitionsOf(zone: string): number[] {
  const open = openTimeZone(zone);
  const found: number[] = [];
  for (let at = from; ; ) {
    const next = open.nextTransition(at, to);
    if (next === undefined) return found;
    found.push(next);
    at = next;
  }
}

function slots(expression: string, timeZone: string, range: { from: number; to: number }): number[] {
  const plan = openPlan({ timing: { kind: 'cron', expression }, timeZone, startsAt: null, endsAt: null });
  return slotsUntil(plan, range, 1_000_000, 1_000_000).slots.map(({ at }) => at);
}

test.each(zones)('%s: every change of clocks from 2016 to 2026, by the rule and by looking at every minute', (zone) => {
  for (const change of transitionsOf(zone)) {
    const walls = wallsAround(zone, change);
    const range = { from: change - day, to: change + day };
    const inRange = (instant: number) => instant >= range.from && instant <= range.to;
    // Times of day: half past and the full hour of every hour, each once a day.
    for (const time of [0, 30, 60, 90, 120, 150, 180, 210, 1380, 1410, 1425]) {
      const expected = new Set<number>();
      const first = Math.floor((walls[0]?.wall ?? 0) / day) * day;
      for (let date = first; date <= first + 6 * day; date += day) {
        const wanted = date + time * minute;
        const shown = walls.find(({ wall }) => wall === wanted);
        const jumped = walls.findIndex(
          ({ wall }, i) => i > 0 && wall > wanted && (walls[i - 1]?.wall ?? wall) < wanted,
        );
        const at = shown?.instant ?? walls[jumped]?.instant;
        if (at !== undefined && inRange(at)) expected.add(at);
      }
      const found = slots(`${time % 60} ${Math.floor(time / 60)} * * *`, zone, range);
      expect({ change, time, found }).toEqual({ change, time, found: [...expected].toSorted((a, b) => a - b) });
    }
    // What recurs: whenever clocks show it.
    for (const [expression, fits] of [
      ['*/15 * * * *', (wall: number) => (wall / minute) % 15 === 0],
      ['20 */2 * * *', (wall: number) => (wall / minute) % 120 === 20],
      ['5 1-3 * * *', (wall: number) => [65, 125, 185].includes((wall / minute) % 1440)],
    ] as const) {
      const expected = walls
        .filter(({ instant, wall }) => inRange(instant) && fits(wall))
        .map(({ instant }) => instant);
      expect({ expression, change, found: slots(expression, zone, range) }).toEqual({
        expression,
        change,
        found: expected,
      });
    }
  }
});

test('ten years of a daily time have one run for every day, in every zone', () => {
  for (const zone of zones) {
    const found = slots('30 2 * * *', zone, { from, to: Date.UTC(2026, 0, 1) });
    const isOneADay = found.length >= 3652 && found.length <= 3654 && new Set(found).size === found.length;
    expect({ zone, isOneADay }).toEqual({ zone, isOneADay: true });
  }
});
