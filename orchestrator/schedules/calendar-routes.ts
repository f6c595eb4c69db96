import {
  calendarSchema,
  idParamsSchema,
  importDaysReplySchema,
  importDaysSchema,
  newCalendarSchema,
  pageOf,
  pageQuerySchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { changeCalendar, createCalendar, deleteCalendar, getCalendar, importDays, listCalendars } from './calendars.ts';

export function calendarRoutes(context: Context): Route[] {
  const reads = { auth: 'admin', tag: 'calendars', scope: 'schedules:read' } as const;
  const writes = { auth: 'admin', tag: 'calendars', scope: 'schedules:write' } as const;
  return [
    route({
      ...reads,
      method: 'GET',
      path: '/calendars',
      summary: 'List calendars of days without runs, newest first',
      query: pageQuerySchema,
      reply: pageOf(calendarSchema),
      handle: ({ caller, query }) => listCalendars(context, caller, query),
    }),
    route({
      ...reads,
      method: 'GET',
      path: '/calendars/:id',
      summary: 'One calendar',
      params: idParamsSchema,
      reply: calendarSchema,
      handle: ({ caller, params }) => getCalendar(context, caller, params.id),
    }),
    route({
      ...writes,
      method: 'POST',
      path: '/calendars',
      summary: 'Create a calendar',
      body: newCalendarSchema,
      reply: calendarSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const calendar = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => createCalendar(db, caller, body, request.id)),
        );
        context.signals.send({ kind: 'events' });
        return calendar;
      },
    }),
    route({
      ...writes,
      method: 'PUT',
      path: '/calendars/:id',
      summary: 'Change a calendar',
      params: idParamsSchema,
      body: newCalendarSchema,
      reply: calendarSchema,
      handle: ({ caller, params, body, request }) => changeCalendar(context, caller, params.id, body, request.id),
    }),
    route({
      ...writes,
      method: 'POST',
      path: '/calendars/:id/import',
      summary: 'Add days from a list of dates',
      params: idParamsSchema,
      body: importDaysSchema,
      reply: importDaysReplySchema,
      handle: ({ caller, params, body, request }) => importDays(context, caller, params.id, body, request.id),
    }),
    route({
      ...writes,
      method: 'DELETE',
      path: '/calendars/:id',
      summary: 'Delete a calendar that no schedule uses',
      params: idParamsSchema,
      handle: ({ caller, params, request }) => deleteCalendar(context, caller, params.id, request.id),
    }),
  ];
}
