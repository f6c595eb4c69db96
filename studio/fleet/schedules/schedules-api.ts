import type {
  Calendar,
  changeScheduleSchema,
  NewCalendar,
  NewSchedule,
  Schedule,
  ScheduleFiring,
  ScheduleWhy,
  SlotPreview,
} from '@casare/shared';
import type { z } from 'zod';
import { type Page, type Query, queryText, type Senders } from '../fleet-requests.ts';

export type ScheduleChange = z.input<typeof changeScheduleSchema>;

export function schedulesApi({ send, create }: Senders) {
  const at = (id: string) => `/schedules/${encodeURIComponent(id)}`;
  const calendarAt = (id: string) => `/calendars/${encodeURIComponent(id)}`;
  return {
    schedules: (query: Query) => send<Page<Schedule>>('GET', `/schedules${queryText(query)}`),
    schedule: (id: string) => send<Schedule>('GET', at(id)),
    nextSlots: (id: string) => send<{ slots: SlotPreview[] }>('GET', `${at(id)}/next`),
    firings: (id: string, query: Query) => send<Page<ScheduleFiring>>('GET', `${at(id)}/history${queryText(query)}`),
    whySchedule: (id: string, time: string) => send<ScheduleWhy>('GET', `${at(id)}/why${queryText({ at: time })}`),
    createSchedule: (schedule: NewSchedule) => create<Schedule>('/schedules', schedule),
    changeSchedule: (id: string, body: ScheduleChange) => send<Schedule>('PUT', at(id), { body }),
    pauseSchedule: (id: string) => send<Schedule>('POST', `${at(id)}/pause`),
    resumeSchedule: (id: string) => send<Schedule>('POST', `${at(id)}/resume`),
    runSchedule: (id: string) => create<{ firing: ScheduleFiring; jobId: string }>(`${at(id)}/run`, {}),
    deleteSchedule: (id: string) => send<unknown>('DELETE', at(id)),

    calendars: (query: Query) => send<Page<Calendar>>('GET', `/calendars${queryText(query)}`),
    createCalendar: (calendar: NewCalendar) => create<Calendar>('/calendars', calendar),
    changeCalendar: (id: string, body: NewCalendar) => send<Calendar>('PUT', calendarAt(id), { body }),
    deleteCalendar: (id: string) => send<unknown>('DELETE', calendarAt(id)),
  };
}
