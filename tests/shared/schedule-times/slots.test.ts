import { expect, test } from 'vitest';
import { cronFault, isTimeZone, openPlan, previewSlots, slotsUntil } from '@casare/shared';

const planOf = (expression: string, timeZone: string) =>
  ({ timing: { kind: 'cron', expression }, timeZone, startsAt: null, endsAt: null }) as const;

/** The slots between two times, in UTC: `03-29 01:00`. */
function slots(expression: string, timeZone: string, from: string, to: string): string[] {
  const range = { from: Date.parse(`${from}Z`), to: Date.parse(`${to}Z`) };
  return slotsUntil(openPlan(planOf(expression, timeZone)), range, 1000, 1000).slots.map(({ at }) =>
    new Date(at).toISOString().slice(5, 16).replace('T', ' '),
  );
}

/** Figures worked out by hand from the published changes of clocks. */
const golden: [what: string, cron: string, zone: string, from: string, to: string, expected: string[]][] = [
  // A time of day in a gap runs once, at the first instant after it.
  [
    'Berlin, 02:30, gap',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-28T00:00',
    '2026-03-30T12:00',
    ['03-28 01:30', '03-29 01:00', '03-30 00:30'],
  ],
  [
    'Berlin, 02:00, gap',
    '0 2 * * *',
    'Europe/Berlin',
    '2026-03-29T00:00',
    '2026-03-30T12:00',
    ['03-29 01:00', '03-30 00:00'],
  ],
  [
    'Berlin, two times in the gap become one',
    '0,30 2 * * *',
    'Europe/Berlin',
    '2026-03-29T00:00',
    '2026-03-29T12:00',
    ['03-29 01:00'],
  ],
  [
    'Berlin, 02:30 and 03:00 in the gap become one',
    '0 2,3 * * *',
    'Europe/Berlin',
    '2026-03-29T00:00',
    '2026-03-29T12:00',
    ['03-29 01:00'],
  ],
  [
    'New York, 02:30, gap',
    '30 2 * * *',
    'America/New_York',
    '2026-03-07T00:00',
    '2026-03-09T12:00',
    ['03-07 07:30', '03-08 07:00', '03-09 06:30'],
  ],
  [
    'Lord Howe, gap of half an hour',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-02T12:00',
    '2026-10-04T20:00',
    ['10-02 15:45', '10-03 15:30', '10-04 15:15'],
  ],
  [
    'São Paulo, midnight of 2018 that did not exist',
    '0 0 * * *',
    'America/Sao_Paulo',
    '2018-11-03T00:00',
    '2018-11-05T12:00',
    ['11-03 03:00', '11-04 03:00', '11-05 02:00'],
  ],
  [
    'São Paulo, no change since 2019',
    '0 0 * * *',
    'America/Sao_Paulo',
    '2026-11-01T00:00',
    '2026-11-02T12:00',
    ['11-01 03:00', '11-02 03:00'],
  ],
  [
    'Apia, the day that was left out',
    '30 9 * * *',
    'Pacific/Apia',
    '2011-12-28T00:00',
    '2011-12-31T23:00',
    ['12-28 19:30', '12-29 19:30', '12-30 10:00', '12-30 19:30', '12-31 19:30'],
  ],
  [
    'Cairo, midnight gap',
    '30 0 * * *',
    'Africa/Cairo',
    '2024-04-25T00:00',
    '2024-04-26T23:59',
    ['04-25 22:00', '04-26 21:30'],
  ],
  [
    'Santiago, midnight gap',
    '0 0 * * *',
    'America/Santiago',
    '2024-09-07T00:00',
    '2024-09-09T00:00',
    ['09-07 04:00', '09-08 04:00'],
  ],
  [
    'Casablanca, back to +1 after Ramadan',
    '30 2 * * *',
    'Africa/Casablanca',
    '2025-04-05T00:00',
    '2025-04-07T12:00',
    ['04-05 02:30', '04-06 02:00', '04-07 01:30'],
  ],
  // One that comes twice runs the first time only.
  [
    'Berlin, 02:30, twice',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T00:00',
    '2026-10-26T12:00',
    ['10-24 00:30', '10-25 00:30', '10-26 01:30'],
  ],
  [
    'New York, 01:30, twice',
    '30 1 * * *',
    'America/New_York',
    '2026-10-31T00:00',
    '2026-11-02T12:00',
    ['10-31 05:30', '11-01 05:30', '11-02 06:30'],
  ],
  [
    'Lord Howe, twice',
    '45 1 * * *',
    'Australia/Lord_Howe',
    '2026-04-03T12:00',
    '2026-04-05T20:00',
    ['04-03 14:45', '04-04 14:45', '04-05 15:15'],
  ],
  [
    'Casablanca, twice before Ramadan',
    '30 2 * * *',
    'Africa/Casablanca',
    '2025-02-22T00:00',
    '2025-02-24T12:00',
    ['02-22 01:30', '02-23 01:30', '02-24 02:30'],
  ],
  [
    'Havana, midnight twice',
    '30 0 * * *',
    'America/Havana',
    '2026-10-31T00:00',
    '2026-11-02T12:00',
    ['10-31 04:30', '11-01 04:30', '11-02 05:30'],
  ],
  // What recurs follows real time.
  [
    'Berlin, every hour, gap',
    '0 * * * *',
    'Europe/Berlin',
    '2026-03-28T23:30',
    '2026-03-29T03:30',
    ['03-29 00:00', '03-29 01:00', '03-29 02:00', '03-29 03:00'],
  ],
  [
    'Berlin, every hour, twice',
    '0 * * * *',
    'Europe/Berlin',
    '2026-10-24T23:30',
    '2026-10-25T03:30',
    ['10-25 00:00', '10-25 01:00', '10-25 02:00', '10-25 03:00'],
  ],
  [
    'Berlin, every half hour of 02, gap',
    '*/30 2 * * *',
    'Europe/Berlin',
    '2026-03-28T12:00',
    '2026-03-30T02:00',
    ['03-30 00:00', '03-30 00:30'],
  ],
  [
    'Berlin, every half hour of 02, twice',
    '*/30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00',
    '2026-10-25T12:00',
    ['10-25 00:00', '10-25 00:30', '10-25 01:00', '10-25 01:30'],
  ],
  [
    'Berlin, every second hour, gap',
    '0 */2 * * *',
    'Europe/Berlin',
    '2026-03-28T22:30',
    '2026-03-29T04:30',
    ['03-28 23:00', '03-29 02:00', '03-29 04:00'],
  ],
  [
    'Berlin, hours 1 to 3, twice',
    '15 1-3 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00',
    '2026-10-25T12:00',
    ['10-24 23:15', '10-25 00:15', '10-25 01:15', '10-25 02:15'],
  ],
  [
    'Lord Howe, every quarter, gap',
    '*/15 * * * *',
    'Australia/Lord_Howe',
    '2026-10-03T15:10',
    '2026-10-03T15:50',
    ['10-03 15:15', '10-03 15:30', '10-03 15:45'],
  ],
  [
    'Lord Howe, at minute 15, twice',
    '15 * * * *',
    'Australia/Lord_Howe',
    '2026-04-04T13:00',
    '2026-04-04T17:00',
    ['04-04 13:15', '04-04 14:15', '04-04 15:45', '04-04 16:45'],
  ],
  // Zones without changes, and odd offsets.
  ['Kolkata', '0 9 * * *', 'Asia/Kolkata', '2026-03-28T00:00', '2026-03-29T12:00', ['03-28 03:30', '03-29 03:30']],
  ['Kathmandu', '0 9 * * *', 'Asia/Kathmandu', '2026-06-01T00:00', '2026-06-02T12:00', ['06-01 03:15', '06-02 03:15']],
  ['Chatham', '0 9 * * *', 'Pacific/Chatham', '2026-06-01T00:00', '2026-06-02T12:00', ['06-01 20:15']],
  ['UTC', '0 0 * * *', 'UTC', '2026-03-28T12:00', '2026-03-30T12:00', ['03-29 00:00', '03-30 00:00']],
  // The calendar.
  ['leap days', '0 0 29 2 *', 'UTC', '2026-01-01T00:00', '2033-01-01T00:00', ['02-29 00:00', '02-29 00:00']],
  ['2100 is no leap year', '0 0 29 2 *', 'UTC', '2096-03-01T00:00', '2104-12-31T00:00', ['02-29 00:00']],
  [
    'last day of the month',
    '0 0 L * *',
    'UTC',
    '2028-01-15T00:00',
    '2028-04-30T12:00',
    ['01-31 00:00', '02-29 00:00', '03-31 00:00', '04-30 00:00'],
  ],
  [
    'the 31st is in some months only',
    '0 0 31 * *',
    'UTC',
    '2026-02-01T00:00',
    '2026-08-01T00:00',
    ['03-31 00:00', '05-31 00:00', '07-31 00:00'],
  ],
  [
    'third Friday',
    '0 9 * * 5#3',
    'UTC',
    '2026-12-01T00:00',
    '2027-02-28T00:00',
    ['12-18 09:00', '01-15 09:00', '02-19 09:00'],
  ],
  [
    'day of month or day of week',
    '0 9 15 * 1',
    'UTC',
    '2026-12-08T00:00',
    '2026-12-22T00:00',
    ['12-14 09:00', '12-15 09:00', '12-21 09:00'],
  ],
  [
    'over the end of 32-bit time',
    '0 0 * * *',
    'Europe/Berlin',
    '2038-01-18T12:00',
    '2038-01-20T12:00',
    ['01-18 23:00', '01-19 23:00'],
  ],
  ['in 2100', '30 2 28 3 *', 'Europe/Berlin', '2100-03-01T00:00', '2100-04-01T00:00', ['03-28 01:00']],
  [
    'seconds',
    '*/20 30 9 * * *',
    'UTC',
    '2026-01-01T09:29',
    '2026-01-01T09:31',
    ['01-01 09:30', '01-01 09:30', '01-01 09:30'],
  ],
];

test.each(golden)('%s', (_what, cron, zone, from, to, expected) => {
  expect(slots(cron, zone, from, to)).toEqual(expected);
});

test('an interval counts real time from its anchor, whatever clocks do; once is once', () => {
  const interval = openPlan({
    timing: { kind: 'interval', everySeconds: 5400, anchor: '2026-03-29T00:00:00Z' },
    timeZone: 'Europe/Berlin',
    startsAt: null,
    endsAt: null,
  });
  const start = Date.parse('2026-03-29T00:00:00Z');
  expect(interval.next(0)?.at).toBe(start);
  expect(interval.next(start)?.at).toBe(start + 5_400_000);
  expect(interval.next(start + 5_400_000 * 1000 + 1)?.at).toBe(start + 5_400_000 * 1001);
  const once = openPlan({
    timing: { kind: 'once', at: '2026-03-29T00:00:00Z' },
    timeZone: 'UTC',
    startsAt: null,
    endsAt: null,
  });
  expect([once.next(start - 1)?.at, once.next(start)]).toEqual([start, undefined]);
});

test('the first and the last date belong to it', () => {
  const plan = openPlan({
    ...planOf('0 * * * *', 'UTC'),
    startsAt: '2026-01-01T10:00:00Z',
    endsAt: '2026-01-01T12:00:00Z',
  });
  const found = slotsUntil(plan, { from: 0, to: Date.parse('2027-01-01') }, 10, 100).slots;
  expect(found.map(({ at }) => new Date(at).getUTCHours())).toEqual([10, 11, 12]);
});

test('of very many slots the newest are found without walking through all', () => {
  const plan = openPlan(planOf('* * * * * *', 'Europe/Berlin'));
  const to = Date.parse('2026-03-29T01:00:30Z');
  const started = performance.now();
  const { slots: newest, count } = slotsUntil(plan, { from: Date.parse('2016-01-01'), to }, 100, 1000);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(newest).toHaveLength(100);
  expect([newest[0]?.at, newest.at(-1)?.at, count]).toEqual([to - 99_000, to, 1001]);
});

test.each(['Europe/Atlantis', '+01:00', '-0500', '', ' ', 'GMT+25', 'Europe/Berlin ', '../etc'])(
  '"%s" is no zone',
  (name) => {
    expect(isTimeZone(name)).toBe(false);
  },
);

test.each([
  ['* * * *', 'five fields'],
  ['60 * * * *', '60'],
  ['* 24 * * *', '24'],
  ['* * 0 * *', '0'],
  ['* * * 13 *', '13'],
  ['*/0 * * * *', 'stepping'],
  ['5-1 * * * *', 'larger'],
  ['0 0 30 2 *', 'never run'],
  ['@reboot', 'not known'],
  ['2026-01-01T00:00:00', 'five fields'],
  ['__proto__ * * * *', ''],
])('"%s" is refused with the reason', (expression, words) => {
  expect(cronFault(expression)?.toLowerCase()).toContain(words.toLowerCase());
});

test('a preview shows excluded days between the runs, each with its reason', () => {
  const calendars = [
    { name: 'Weekends', weekdays: ['sat' as const, 'sun' as const], days: [] },
    {
      name: 'Turn of the year',
      weekdays: [],
      days: [{ from: '2000-12-30', to: '2000-01-02', yearly: true, label: '' }],
    },
    { name: 'Once', weekdays: [], days: [{ from: '2026-12-28', to: null, yearly: false, label: 'Stocktaking' }] },
  ];
  const after = Date.parse('2026-12-25T12:00:00Z');
  const shown = previewSlots(planOf('0 9 * * *', 'Europe/Berlin'), calendars, { after, runs: 2 });
  expect(shown.map(({ local, reason }) => [local.slice(0, 10), reason])).toEqual([
    ['2026-12-26', 'The calendar "Weekends" excludes every Saturday.'],
    ['2026-12-27', 'The calendar "Weekends" excludes every Sunday.'],
    ['2026-12-28', 'The calendar "Once" excludes 2026-12-28 (Stocktaking).'],
    ['2026-12-29', null],
    ['2026-12-30', 'The calendar "Turn of the year" excludes 2026-12-30.'],
    ['2026-12-31', 'The calendar "Turn of the year" excludes 2026-12-31.'],
    ['2027-01-01', 'The calendar "Turn of the year" excludes 2027-01-01.'],
    ['2027-01-02', 'The calendar "Weekends" excludes every Saturday.'],
    ['2027-01-03', 'The calendar "Weekends" excludes every Sunday.'],
    ['2027-01-04', null],
  ]);
});
