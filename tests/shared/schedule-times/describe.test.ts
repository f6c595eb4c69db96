import { describeCron, describeTiming, readDates } from '@casare/shared';
import { expect, test } from 'vitest';

test.each([
  ['0 9 * * 1-5', 'at 09:00 on weekdays'],
  ['0 9 * * *', 'at 09:00 every day'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['* * * * *', 'every minute'],
  ['15 * * * *', 'every hour at minute 15'],
  ['@hourly', 'every hour'],
  ['0 */2 * * *', 'every 2 hours'],
  ['0 9,17 * * *', 'at 09:00 and 17:00 every day'],
  ['*/10 9-17 * * mon-fri', 'every 10 minutes from 09:00 to 17:59 on weekdays'],
  ['0 9-17 * * 1-5', 'every hour from 09:00 to 17:00 on weekdays'],
  ['0 9 * * sat,sun', 'at 09:00 on weekends'],
  ['0 9 * * 1,3', 'at 09:00 on Monday and Wednesday'],
  ['0 9 * * 5#3', 'at 09:00 on the third Friday of the month'],
  ['0 9 * * 5L', 'at 09:00 on the last Friday of the month'],
  ['0 9 L * *', 'at 09:00 on the last day of the month'],
  ['0 9 1,15 * *', 'at 09:00 on day 1 and 15 of the month'],
  ['0 9 15 * 1', 'at 09:00 on day 15 of the month or on Monday'],
  ['0 0 1 1 *', 'at 00:00 on day 1 of the month in January'],
  ['30 8 * 6-8 *', 'at 08:30 every day from June to August'],
  ['*/15 * * * * *', 'every 15 seconds'],
  ['30 0 9 * * *', 'at 09:00:30 every day'],
])('%s: %s', (expression, sentence) => {
  expect(describeCron(expression)).toBe(sentence);
});

test('intervals and single times have a sentence too', () => {
  expect(describeTiming({ kind: 'interval', everySeconds: 5400, anchor: '2026-01-01T00:00:00Z' }, 'UTC')).toBe(
    'every 90 minutes from 2026-01-01 00:00 UTC on',
  );
  expect(describeTiming({ kind: 'once', at: '2026-01-01T12:00:00+02:00' }, 'UTC')).toBe(
    'once, at 2026-01-01 10:00 UTC',
  );
});

test('a list of dates gives days and ranges, and names each line that it cannot read', () => {
  const { days, faults } = readDates(
    '# holidays\r\n2026-12-25 Christmas\n2026-12-24..2026-12-26;"Days off"\n2027-01-01\n\n01.05.2027 May\n2027-02-29 none\n2027-03-02..2027-03-01',
  );
  expect(days).toEqual([
    { from: '2026-12-25', to: null, yearly: false, label: 'Christmas' },
    { from: '2026-12-24', to: '2026-12-26', yearly: false, label: 'Days off' },
    { from: '2027-01-01', to: null, yearly: false, label: '' },
  ]);
  expect(faults.map(({ line }) => line)).toEqual([6, 7, 8]);
});
