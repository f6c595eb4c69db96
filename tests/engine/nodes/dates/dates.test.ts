import { describe, expect, it } from 'vitest';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const output = async (type: string, params: Record<string, unknown>) => (await bench.run(type, params)).output;

describe('dates.now', () => {
  it('tells the time of the run in the zone', async () => {
    const { output: found } = await bench.run(
      'dates.now',
      { timeZone: 'Asia/Kolkata' },
      { now: () => Date.UTC(2026, 0, 1, 20, 0, 5) },
    );
    expect(found).toEqual({
      iso: '2026-01-01T20:00:05.000Z',
      local: '2026-01-02T01:30:05.000+05:30',
      date: '2026-01-02',
      time: '01:30:05',
      timestamp: Date.UTC(2026, 0, 1, 20, 0, 5),
      year: 2026,
      month: 1,
      day: 2,
      hour: 1,
      minute: 30,
      second: 5,
      weekday: 5,
      week: 1,
    });
  });

  it('refuses a zone that does not exist', async () => {
    expect(await bench.fail('dates.now', { timeZone: 'Mars/Base' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('dates.parse', () => {
  it.each([
    ['2026-03-01', {}, '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T12:00:00+02:00', {}, '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 12:00', { timeZone: 'Europe/Oslo' }, '2026-03-01T11:00:00.000Z'],
    ['2026-07-01 12:00', { timeZone: 'Europe/Oslo' }, '2026-07-01T10:00:00.000Z'],
    ['1767225600000', {}, '2026-01-01T00:00:00.000Z'],
    ['31.12.2026', { format: 'dd.MM.yyyy', timeZone: 'Europe/Berlin' }, '2026-12-30T23:00:00.000Z'],
    ['12/31/26 11:59 PM', { format: 'MM/dd/yy hh:mm a', timeZone: 'America/New_York' }, '2027-01-01T04:59:00.000Z'],
    ['3 mars 2026', { format: 'd MMMM yyyy', language: 'fr' }, '2026-03-03T00:00:00.000Z'],
    [
      '2026-03-01 10:00 +05:30',
      { format: 'yyyy-MM-dd HH:mm xxx', timeZone: 'Europe/Oslo' },
      '2026-03-01T04:30:00.000Z',
    ],
    // Clocks go forward at 2:00: half past two is not there. They go back at 3:00: half past two is there twice.
    ['2026-03-29 02:30', { timeZone: 'Europe/Oslo' }, '2026-03-29T01:30:00.000Z'],
    ['2026-10-25 02:30', { timeZone: 'Europe/Oslo' }, '2026-10-25T00:30:00.000Z'],
  ])('%s %j', async (text, params, iso) => {
    expect((await output('dates.parse', { text, ...params })).iso).toBe(iso);
  });

  it.each([
    ['2026-02-30', {}],
    ['2026-13-01', {}],
    ['yesterday', {}],
    ['31/12/2026', { format: 'dd.MM.yyyy' }],
    ['31.02.2026', { format: 'dd.MM.yyyy' }],
  ])('refuses %s %j', async (text, params) => {
    expect(await bench.fail('dates.parse', { text, ...params })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('says what is wrong with a form', async () => {
    expect(await bench.fail('dates.parse', { text: '2026', format: 'YYYY' })).toMatchObject({ code: 'PARAMS_INVALID' });
  });
});

describe('dates.format', () => {
  it.each([
    ['2026-03-01T23:30:00Z', { format: 'yyyy-MM-dd HH:mm', timeZone: 'Europe/Oslo' }, '2026-03-02 00:30'],
    ['2026-03-01', { format: 'EEEE d MMMM', language: 'de' }, 'Sonntag 1 März'],
    ['2026-07-01T12:00:00Z', { format: "HH:mm xxx 'at' X", timeZone: 'America/New_York' }, '08:00 -04:00 at -04'],
    [1767225600000, {}, '2026-01-01'],
    ['2026-12-31', { format: "I 'of' R, QQQ" }, '53 of 2026, Q4'],
  ])('%s %j', async (date, params, text) => {
    expect(await output('dates.format', { date, ...params })).toEqual({ text });
  });

  it('says what is wrong with a form', async () => {
    expect(await bench.fail('dates.format', { date: '2026-01-01', format: 'n' })).toMatchObject({
      code: 'PARAMS_INVALID',
    });
  });
});

describe('dates.add', () => {
  it.each([
    ['2026-01-31', { months: 1 }, '2026-02-28T00:00:00.000Z'],
    ['2024-02-29', { years: 1 }, '2025-02-28T00:00:00.000Z'],
    ['2026-03-06', { workingDays: 1 }, '2026-03-09T00:00:00.000Z'],
    ['2026-03-09', { workingDays: -1 }, '2026-03-06T00:00:00.000Z'],
    ['2026-01-31', { months: 1, moveTo: 'endOfMonth' }, '2026-02-28T23:59:59.999Z'],
    ['2026-03-04T15:00:00Z', { moveTo: 'startOfWeek' }, '2026-03-02T00:00:00.000Z'],
    // A day over the clock change has 23 hours, 24 hours are 24 hours.
    ['2026-03-28T12:00:00+01:00', { days: 1, timeZone: 'Europe/Oslo' }, '2026-03-29T10:00:00.000Z'],
    ['2026-03-28T12:00:00+01:00', { hours: 24, timeZone: 'Europe/Oslo' }, '2026-03-29T11:00:00.000Z'],
    ['2026-07-15T12:00:00Z', { moveTo: 'startOfDay', timeZone: 'America/New_York' }, '2026-07-15T04:00:00.000Z'],
    ['2026-01-01', { weeks: 1, days: -7, minutes: 1, seconds: 30 }, '2026-01-01T00:01:30.000Z'],
  ])('%s %j', async (date, params, iso) => {
    expect((await output('dates.add', { date, ...params })).iso).toBe(iso);
  });

  it('refuses a date beyond what dates can be', async () => {
    expect(await bench.fail('dates.add', { date: '2026-01-01', years: 90_000_000 })).toMatchObject({
      code: 'DATA_FORMAT',
    });
  });
});

describe('dates.difference', () => {
  it('tells the time between two dates', async () => {
    expect(await output('dates.difference', { from: '2026-03-27', to: '2027-05-01T06:00:00Z' })).toMatchObject({
      days: 400.25,
      calendarDays: 400,
      parts: { years: 1, months: 1, days: 4, hours: 6, minutes: 0, seconds: 0 },
      isBefore: true,
      isSame: false,
      isAfter: false,
    });
  });

  it('counts working days and the days of the zone', async () => {
    const params = { from: '2026-03-06T23:30:00Z', to: '2026-03-09T00:30:00Z' };
    expect(await output('dates.difference', params)).toMatchObject({ calendarDays: 3, workingDays: 1, hours: 49 });
    expect(await output('dates.difference', { ...params, timeZone: 'Asia/Tokyo' })).toMatchObject({ calendarDays: 2 });
  });
});
