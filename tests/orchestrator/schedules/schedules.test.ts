import { randomUUID } from 'node:crypto';
import type { Calendar, Job, Schedule, ScheduleWhy, SlotPreview } from '@casare/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../orchestrator/db/sql.ts';
import { addTenant, caller, type Fleet, one, publish, query, register, startFleet } from '../fleet.ts';
import { dueAt, dueNow, firingsOf, historyOf, missSince, missedAt, schedule } from './schedules.ts';

let fleet: Fleet;
let workflowId: string;

beforeAll(async () => {
  fleet = await startFleet({ timing: { scheduleSeconds: 0.05 } });
  workflowId = await publish(fleet.admin, { inputs: [{ name: 'day', type: 'text', required: false }] } as never);
});
afterAll(() => fleet[Symbol.asyncDispose]());

const get = (id: string) => fleet.admin<Schedule>('GET', `/schedules/${id}`);
const why = async (id: string, at: string) =>
  (await fleet.admin<ScheduleWhy>('GET', `/schedules/${id}/why?at=${encodeURIComponent(at)}`)).body;

describe('a schedule', () => {
  test('is created with its timing in words, its next run, an event and an audit entry', async () => {
    const made = await schedule(fleet.admin, workflowId, {
      timing: { kind: 'cron', expression: '0 9 * * 1-5' },
      timeZone: 'Europe/Berlin',
    });
    expect(made).toMatchObject({
      state: 'active',
      sentence: 'at 09:00 on weekdays, Europe/Berlin',
      workflowName: 'Invoices',
      overlap: 'skip',
      missed: 'one',
      lastFiring: null,
      revision: 1,
    });
    const { body } = await fleet.admin<{ slots: SlotPreview[] }>('GET', `/schedules/${made.id}/next`);
    expect(body.slots).toHaveLength(20);
    expect(body.slots[0]?.at).toBe(made.nextRunAt);
    expect(body.slots.every(({ local }) => local.includes('T09:00:00+0'))).toBe(true);
    const noted = await query<{ type: string }>(
      fleet,
      sql`select type from events where subject_id = ${made.id}::uuid order by seq`,
    );
    expect(noted).toEqual([{ type: 'schedule.created' }]);
  });

  test('that cannot work is refused with what is wrong', async () => {
    const refused = async (more: Record<string, unknown>) => {
      const body = {
        name: randomUUID(),
        timing: { kind: 'cron', expression: '* * * * *' },
        job: { workflowId },
        ...more,
      };
      const answer = await fleet.admin<{ error: { code: string; message: string } }>('POST', '/schedules', body);
      return `${answer.status} ${answer.body.error.code} ${answer.body.error.message}`;
    };
    expect(await refused({ timing: { kind: 'cron', expression: '61 * * * *' } })).toContain('400 VALIDATION');
    expect(await refused({ timing: { kind: 'cron', expression: '0 0 31 2 *' } })).toContain('would never run');
    expect(await refused({ timing: { kind: 'cron', expression: '0 9 * *' } })).toContain('five fields');
    expect(await refused({ timeZone: 'Europe/Atlantis' })).toContain('no time zone');
    expect(await refused({ timeZone: '+02:00' })).toContain('no time zone');
    expect(await refused({ timing: { kind: 'once', at: '2020-01-01T00:00:00Z' } })).toContain('never runs');
    expect(await refused({ startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' })).toContain('end');
    expect(await refused({ job: { workflowId: randomUUID() } })).toContain('404 NOT_FOUND');
    expect(await refused({ job: { workflowId, input: { nobody: 1 } } })).toContain('422 INPUT_INVALID');
    expect(await refused({ calendarIds: [randomUUID()] })).toContain('404 NOT_FOUND');
    const { name } = await schedule(fleet.admin, workflowId);
    expect(await refused({ name })).toContain('409 CONFLICT');
  });

  test('fires at its time, with the job it describes, and not twice', async () => {
    const at = new Date(Date.now() + 400).toISOString();
    const made = await schedule(fleet.admin, workflowId, {
      timing: { kind: 'once', at },
      job: { workflowId, priority: 17, requiredTags: ['nobody'], input: {} },
      slotInput: 'day',
    });
    const firing = one(await firingsOf(fleet.admin, made.id, 'fired'));
    expect(firing).toMatchObject({ slot: at, manual: false, slots: 1 });
    expect(Date.parse(firing.at) - Date.parse(at)).toBeLessThan(1000);
    const { body: job } = await fleet.admin<Job>('GET', `/jobs/${firing.jobId}`);
    expect(job).toMatchObject({ priority: 17, input: { day: at }, state: 'pending' });
    expect(job.reference).toContain(made.name);
    expect((await get(made.id)).body).toMatchObject({ state: 'ended', nextRunAt: null, lastFiring: { jobId: job.id } });
  });

  test('is changed against the revision that was read, and its history stays', async () => {
    const made = await schedule(fleet.admin, workflowId);
    const { name, timing, job } = made;
    const change = { name, timing, job, description: 'new', revision: 1 };
    expect((await fleet.admin<Schedule>('PUT', `/schedules/${made.id}`, change)).body).toMatchObject({
      description: 'new',
      revision: 2,
      nextRunAt: made.nextRunAt,
    });
    expect((await fleet.admin('PUT', `/schedules/${made.id}`, change)).status).toBe(412);
  });

  test('runs now on request, also while it is paused, once for a key', async () => {
    const made = await schedule(fleet.admin, workflowId);
    await fleet.admin('POST', `/schedules/${made.id}/pause`);
    const key = { 'idempotency-key': randomUUID() };
    const first = await fleet.admin<{ jobId: string }>('POST', `/schedules/${made.id}/run`, {}, key);
    expect(first.status).toBe(201);
    expect((await fleet.admin('POST', `/schedules/${made.id}/run`, {}, key)).body).toEqual(first.body);
    expect(await historyOf(fleet.admin, made.id)).toMatchObject([
      { manual: true, outcome: 'fired', jobId: first.body.jobId },
    ]);
  });

  test('whose job cannot be submitted says so in its history and goes on with the next slot', async () => {
    const made = await schedule(fleet.admin, workflowId, { slotInput: 'day' });
    const neighbour = await schedule(fleet.admin, workflowId);
    await fleet.admin('POST', '/workflows', {
      document: {
        schemaVersion: 1,
        id: 'invoices',
        name: 'Invoices',
        nodes: [{ id: 'start', type: 'test.start' }],
        edges: [],
      },
    });
    await dueNow(fleet, [made.id, neighbour.id]);
    await firingsOf(fleet.admin, neighbour.id, 'fired');
    const failed = one(await firingsOf(fleet.admin, made.id, 'failed'));
    expect(failed).toMatchObject({ jobId: null });
    expect(failed.reason).toContain('INPUT_INVALID');
    expect((await get(made.id)).body).toMatchObject({ state: 'active' });
    await publish(fleet.admin, { inputs: [{ name: 'day', type: 'text', required: false }] } as never);
  });
});

describe('slots that nobody was there for', () => {
  test.each([
    ['skip', 0, 5],
    ['one', 1, 4],
    ['all', 5, 0],
  ])('with the policy %s: %i run and %i are missed', async (missed, run, lost) => {
    const made = await schedule(fleet.admin, workflowId, { missed, overlap: 'allow' });
    await missSince(fleet, made.id, 4);
    await firingsOf(fleet.admin, made.id, run > 0 ? 'fired' : 'missed');
    const items = await historyOf(fleet.admin, made.id);
    expect(items.filter(({ outcome }) => outcome === 'fired')).toHaveLength(run);
    const missing = items.filter(({ outcome }) => outcome === 'missed');
    expect(missing.reduce((n, { slots }) => n + slots, 0)).toBe(lost);
    expect(missing).toHaveLength(lost > 0 ? 1 : 0);
    expect(await why(made.id, new Date(missedAt - 2 * 3_600_000).toISOString())).toMatchObject({
      verdict: lost > 0 ? 'missed' : 'fired',
    });
  });

  test('are made up for up to a hundred times, the newest ones; the rest is one entry', async () => {
    const made = await schedule(fleet.admin, workflowId, { missed: 'all', overlap: 'allow' });
    await missSince(fleet, made.id, 149);
    const fired = await firingsOf(fleet.admin, made.id, 'fired', 100);
    expect(fired).toHaveLength(100);
    expect(fired[0]?.slot).toBe(new Date(missedAt).toISOString());
    const missed = one(await historyOf(fleet.admin, made.id, 'missed'));
    expect(missed.slots).toBe(50);
    expect(Date.parse(missed.through ?? '')).toBe(Date.parse(fired.at(-1)?.slot ?? '') - 3_600_000);
  });

  test('that are all made up for run one after the other when they must not overlap', async () => {
    const made = await schedule(fleet.admin, workflowId, {
      missed: 'all',
      job: { workflowId, requiredTags: ['nobody'] },
    });
    await missSince(fleet, made.id, 4);
    expect(await firingsOf(fleet.admin, made.id, 'queued', 4)).toHaveLength(4);
    expect(await historyOf(fleet.admin, made.id, 'fired')).toHaveLength(1);
  });
});

describe('a slot that comes while a job of an earlier one runs', () => {
  test('is skipped', async () => {
    const made = await schedule(fleet.admin, workflowId, {
      overlap: 'skip',
      job: { workflowId, requiredTags: ['nobody'] },
    });
    await fleet.admin('POST', `/schedules/${made.id}/run`, {});
    await dueNow(fleet, made.id);
    const skipped = await firingsOf(fleet.admin, made.id, 'skipped,queued');
    expect(one(skipped).reason).toContain('had not ended');
  });

  test('waits for its turn', async () => {
    const made = await schedule(fleet.admin, workflowId, {
      overlap: 'queue',
      job: { workflowId, requiredTags: ['queue'], priority: 20 },
    });
    const { body } = await fleet.admin<{ jobId: string }>('POST', `/schedules/${made.id}/run`, {});
    await dueNow(fleet, made.id);
    await firingsOf(fleet.admin, made.id, 'queued');
    const robot = await register(fleet.robot, { tags: ['queue'] });
    const job = one(await robot.claim());
    expect(job.jobId).toBe(body.jobId);
    await robot.report(job, 'complete');
    const fired = await firingsOf(fleet.admin, made.id, 'fired', 2);
    expect(fired.find(({ manual }) => !manual)?.reason).toContain('Waited');
    expect(one(await robot.claim({ waitSeconds: 5 })).jobId).toBe(fired.find(({ manual }) => !manual)?.jobId);
  });

  test('cancels it', async () => {
    const made = await schedule(fleet.admin, workflowId, {
      overlap: 'cancel',
      job: { workflowId, requiredTags: ['nobody'] },
    });
    const { body } = await fleet.admin<{ jobId: string }>('POST', `/schedules/${made.id}/run`, {});
    await dueNow(fleet, made.id);
    await firingsOf(fleet.admin, made.id, 'fired', 2);
    expect((await fleet.admin<Job>('GET', `/jobs/${body.jobId}`)).body.state).toBe('cancelled');
  });
});

describe('a paused schedule', () => {
  test('never fires after the answer to the pause, however close the race', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, async () => (await schedule(fleet.admin, workflowId, { overlap: 'allow' })).id),
    );
    await dueNow(fleet, ids);
    const pausedAt = await Promise.all(
      ids.map(async (id) => {
        await fleet.admin('POST', `/schedules/${id}/pause`);
        const [row] = await query<{ now: Date }>(fleet, sql`select clock_timestamp() as now`);
        return { id, at: row?.now.getTime() ?? 0 };
      }),
    );
    for (const { id, at } of pausedAt) {
      const [slot, ...more] = await historyOf(fleet.admin, id);
      // Either the slot was decided before, or the pause has ended it: one entry in each case.
      expect(more).toEqual([]);
      expect(Date.parse(slot?.at ?? '')).toBeLessThanOrEqual(at);
    }
  });

  test('says so, and goes on with the next slot when it is resumed', async () => {
    const made = await schedule(fleet.admin, workflowId);
    await fleet.admin('POST', `/schedules/${made.id}/pause`);
    expect((await get(made.id)).body).toMatchObject({ state: 'paused', nextRunAt: null });
    const now = new Date().toISOString();
    expect(await why(made.id, now)).toMatchObject({ verdict: 'paused', next: null });
    const { body } = await fleet.admin<Schedule>('POST', `/schedules/${made.id}/resume`);
    expect(body).toMatchObject({ state: 'active', nextRunAt: made.nextRunAt });
  });

  test('that is deleted is gone, its jobs are not', async () => {
    const made = await schedule(fleet.admin, workflowId);
    const { body } = await fleet.admin<{ jobId: string }>('POST', `/schedules/${made.id}/run`, {});
    expect((await fleet.admin('DELETE', `/schedules/${made.id}`)).status).toBe(204);
    expect((await get(made.id)).status).toBe(404);
    expect((await fleet.admin('GET', `/jobs/${body.jobId}`)).status).toBe(200);
    expect((await schedule(fleet.admin, workflowId, { name: made.name })).id).not.toBe(made.id);
  });
});

describe('calendars', () => {
  test('exclude days, say which one it was, and count for the next slot on', async () => {
    const { body: calendar } = await fleet.admin<Calendar>('POST', '/calendars', {
      name: 'Holidays',
      weekdays: ['sun'],
    });
    const today = new Date().toISOString().slice(0, 10);
    const { body: imported } = await fleet.admin<{ calendar: Calendar; added: number }>(
      'POST',
      `/calendars/${calendar.id}/import`,
      { text: `# days\n${today} Stocktaking\n2031-12-24..2031-12-26 Christmas\n` },
    );
    expect(imported.added).toBe(2);
    const made = await schedule(fleet.admin, workflowId, {
      calendarIds: [calendar.id],
      timing: { kind: 'cron', expression: '* * * * *' },
    });
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    await dueAt(fleet, made.id, minute);
    const excluded = one(await firingsOf(fleet.admin, made.id, 'excluded'));
    expect(excluded).toMatchObject({ reason: `The calendar "Holidays" excludes ${today} (Stocktaking).`, jobId: null });
    expect(await why(made.id, excluded.slot)).toMatchObject({ verdict: 'excluded', firing: { id: excluded.id } });
    expect((await fleet.admin('DELETE', `/calendars/${calendar.id}`)).status).toBe(409);
    await fleet.admin('DELETE', `/schedules/${made.id}`);
    expect((await fleet.admin('DELETE', `/calendars/${calendar.id}`)).status).toBe(204);
  });

  test('a list with a line that cannot be read changes nothing', async () => {
    const { body: calendar } = await fleet.admin<Calendar>('POST', '/calendars', { name: 'Bad' });
    const text = '2031-01-01 New Year\n2031-02-30 nothing\nsoon';
    const refused = await fleet.admin<{ error: { message: string; details: { issues: unknown[] } } }>(
      'POST',
      `/calendars/${calendar.id}/import`,
      { text },
    );
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain('2031-02-30');
    expect(refused.body.error.details.issues).toHaveLength(2);
    expect((await fleet.admin<Calendar>('GET', `/calendars/${calendar.id}`)).body.days).toEqual([]);
  });

  test('are seen in the preview of a timing that is not saved', async () => {
    const { body: calendar } = await fleet.admin<Calendar>('POST', '/calendars', {
      name: 'Weekends',
      weekdays: ['sat', 'sun'],
    });
    const { body } = await fleet.admin<{ sentence: string; slots: SlotPreview[] }>('POST', '/schedules/preview', {
      timing: { kind: 'cron', expression: '30 2 * * *' },
      timeZone: 'Europe/Berlin',
      startsAt: '2031-03-29T00:00:00+01:00',
      calendarIds: [calendar.id],
      limit: 2,
    });
    expect(body.sentence).toBe('at 02:30 every day, Europe/Berlin');
    expect(body.slots.map(({ local, runs }) => `${local} ${runs}`)).toEqual([
      '2031-03-29T02:30:00+01:00 false',
      '2031-03-30T03:00:00+02:00 false',
      '2031-03-31T02:30:00+02:00 true',
      '2031-04-01T02:30:00+02:00 true',
    ]);
    expect(body.slots[1]).toMatchObject({
      reason: 'The calendar "Weekends" excludes every Sunday.',
      note: expect.stringContaining('Clocks go forward'),
    });
  });
});

test('why: of a time that is none of its times, of one to come and of one before it existed', async () => {
  const made = await schedule(fleet.admin, workflowId, { timing: { kind: 'cron', expression: '0 9 * * *' } });
  const next = made.nextRunAt ?? '';
  expect(await why(made.id, next)).toMatchObject({ verdict: 'willRun' });
  const between = new Date(Date.parse(next) + 5 * 3_600_000).toISOString();
  expect(await why(made.id, between)).toMatchObject({
    verdict: 'noSlot',
    sentence: expect.stringContaining('none of its times'),
  });
  expect(await why(made.id, '2020-01-01T09:00:00Z')).toMatchObject({ verdict: 'notYetCreated' });
});

test('another tenant sees nothing of it and can do nothing to it', async () => {
  const made = await schedule(fleet.admin, workflowId);
  const stranger = caller(fleet.url, (await addTenant(fleet)).adminKey);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/next'],
    ['GET', '/history'],
    ['GET', '/why?at=2030-01-01T00:00:00Z'],
    ['POST', '/pause'],
    ['POST', '/run'],
    ['DELETE', ''],
  ] as const)
    expect((await stranger(method, `/schedules/${made.id}${path}`, method === 'POST' ? {} : undefined)).status).toBe(
      404,
    );
  expect((await stranger<{ items: unknown[] }>('GET', '/schedules')).body.items).toEqual([]);
  expect((await get(made.id)).body.state).toBe('active');
});
