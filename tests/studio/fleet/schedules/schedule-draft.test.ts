import { expect, test } from 'vitest';
import { toInstant } from '../../../../studio/fleet/schedules/local-time.ts';
import { newDraft, requestOf, timingOf } from '../../../../studio/fleet/schedules/schedule-draft.ts';

const draft = { ...newDraft(0), name: ' Mornings ', workflowId: 'w', timeZone: 'Europe/Berlin' };

test('a time typed in a zone is the moment at which clocks there show it', () => {
  expect(toInstant('2026-07-01T09:00', 'Europe/Berlin')).toBe('2026-07-01T07:00:00.000Z');
  expect(toInstant('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
  expect(toInstant('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  expect(toInstant('', 'Europe/Berlin')).toBeUndefined();
});

test('what is filled in becomes a timing, or the field that is wrong is named', () => {
  expect(timingOf({ ...draft, cron: '0 9 * * *' })).toEqual({ timing: { kind: 'cron', expression: '0 9 * * *' } });
  expect(timingOf({ ...draft, cron: '0 9 * *' })).toMatchObject({ fault: 'cron', message: expect.any(String) });
  expect(timingOf({ ...draft, timeZone: 'Berlin' })).toEqual({ fault: 'zone' });
  expect(timingOf({ ...draft, kind: 'interval', every: null })).toEqual({ fault: 'every' });
  expect(timingOf({ ...draft, kind: 'once', at: '' })).toEqual({ fault: 'at' });
  expect(timingOf({ ...draft, kind: 'interval', every: 2, unit: 'h', at: '2026-01-01T00:00' })).toEqual({
    timing: { kind: 'interval', everySeconds: 7200, anchor: '2025-12-31T23:00:00.000Z' },
  });
});

test('the request has what was filled in and nothing that was left empty', () => {
  const request = requestOf(draft, { kind: 'cron', expression: '@daily' }, { day: 'x' });
  expect(request).toMatchObject({ name: 'Mornings', startsAt: null, endsAt: null, overlap: 'skip', missed: 'one' });
  expect(request.job).toEqual({ workflowId: 'w', input: { day: 'x' }, priority: 10, maxRetries: 3 });
});
