import {
  changeScheduleSchema,
  describeTiming,
  idParamsSchema,
  newScheduleSchema,
  nextSlotsQuerySchema,
  pageOf,
  previewScheduleSchema,
  previewSlots,
  runScheduleReplySchema,
  scheduleFiringSchema,
  scheduleHistoryQuerySchema,
  scheduleListQuerySchema,
  schedulePreviewReplySchema,
  scheduleSchema,
  scheduleWhyQuerySchema,
  scheduleWhySchema,
  slotListSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { calendarRoutes } from './calendar-routes.ts';
import { readCalendars } from './read-calendars.ts';
import { getSchedule, listFirings, listSchedules, nextSlots } from './list.ts';
import { deleteSchedule, pauseSchedule, resumeSchedule } from './pause.ts';
import { runSchedule } from './run-now.ts';
import { explainSchedule } from './why.ts';
import { changeSchedule, createSchedule, timeOf } from './write.ts';

export function scheduleRoutes(context: Context): Route[] {
  return [...lists(context), ...changes(context), ...calendarRoutes(context)];
}

const tag = 'schedules';
const reads = { auth: 'admin', tag, scope: 'schedules:read' } as const;
const writes = { auth: 'admin', tag, scope: 'schedules:write' } as const;

function lists(context: Context): Route[] {
  const one = { ...reads, params: idParamsSchema } as const;
  return [
    route({
      ...reads,
      method: 'GET',
      path: '/schedules',
      summary: 'List schedules, newest first',
      query: scheduleListQuerySchema,
      reply: pageOf(scheduleSchema),
      handle: ({ caller, query }) => listSchedules(context, caller, query),
    }),
    route({
      ...reads,
      method: 'POST',
      path: '/schedules/preview',
      summary: 'The slots that a timing would have',
      body: previewScheduleSchema,
      reply: schedulePreviewReplySchema,
      handle: ({ caller, body }) =>
        inTenant(context.database.pool, caller.tenantId, async (db) => {
          const after = (await timeOf(db)).getTime();
          const calendars = await readCalendars(db, caller, body.calendarIds);
          return {
            sentence: describeTiming(body.timing, body.timeZone),
            slots: previewSlots(body, calendars, { after, runs: body.limit }),
          };
        }),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/schedules/:id',
      summary: 'One schedule',
      reply: scheduleSchema,
      handle: ({ caller, params }) => getSchedule(context, caller, params.id),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/schedules/:id/next',
      summary: 'Its next slots, with those that do not run and why',
      query: nextSlotsQuerySchema,
      reply: slotListSchema,
      handle: ({ caller, params, query }) => nextSlots(context, caller, params.id, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/schedules/:id/history',
      summary: 'What became of its slots, newest first',
      query: scheduleHistoryQuerySchema,
      reply: pageOf(scheduleFiringSchema),
      handle: ({ caller, params, query }) => listFirings(context, caller, params.id, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/schedules/:id/why',
      summary: 'Why it ran, or did not run, at a time',
      query: scheduleWhyQuerySchema,
      reply: scheduleWhySchema,
      handle: ({ caller, params, query }) => explainSchedule(context, caller, params.id, query.at),
    }),
  ];
}

function changes(context: Context): Route[] {
  const one = { ...writes, params: idParamsSchema } as const;
  return [
    route({
      ...writes,
      method: 'POST',
      path: '/schedules',
      summary: 'Create a schedule',
      body: newScheduleSchema,
      reply: scheduleSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const schedule = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createSchedule(context, db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return schedule;
      },
    }),
    route({
      ...one,
      method: 'PUT',
      path: '/schedules/:id',
      summary: 'Change a schedule',
      body: changeScheduleSchema,
      reply: scheduleSchema,
      handle: ({ caller, params, body, request }) => changeSchedule(context, caller, params.id, body, request.id),
    }),
    route({
      ...one,
      method: 'DELETE',
      path: '/schedules/:id',
      summary: 'Delete a schedule; its jobs stay',
      handle: ({ caller, params, request }) => deleteSchedule(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/schedules/:id/pause',
      summary: 'Pause a schedule',
      reply: scheduleSchema,
      handle: ({ caller, params, request }) => pauseSchedule(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/schedules/:id/resume',
      summary: 'Let a paused schedule go on with its next slot',
      reply: scheduleSchema,
      handle: ({ caller, params, request }) => resumeSchedule(context, caller, params.id, request.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/schedules/:id/run',
      summary: 'Submit its job now',
      reply: runScheduleReplySchema,
      status: 201,
      idempotent: true,
      async handle({ caller, params, request }) {
        const started = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => runSchedule(context, db, caller, params.id, request.id), params),
        );
        context.signals.send({ kind: 'events' });
        context.signals.send({ kind: 'pending', workspaceId: caller.workspaceId, jobs: 1 });
        return started;
      },
    }),
  ];
}
