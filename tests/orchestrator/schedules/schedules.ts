import type { Schedule, ScheduleFiring } from '@casare/shared';
import { runOn } from '../../support/template-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Call, Fleet } from '../fleet.ts';

let made = 0;

const hour = 3_600_000;
/** Late enough to count as missed: half an hour. */
export const missedAt = Math.floor(Date.now() / 1000) * 1000 - hour / 2;

/** Every hour: half an hour ago, an hour before that … whatever the time of the day is. */
const hourly = {
  kind: 'interval',
  everySeconds: 3600,
  anchor: new Date(missedAt - 300 * hour).toISOString(),
} as const;

/** A schedule that is due half an hour from now, unless told otherwise. */
export async function schedule(admin: Call, workflowId: string, more: Record<string, unknown> = {}): Promise<Schedule> {
  const { status, body } = await admin<Schedule>('POST', '/schedules', {
    name: `schedule ${++made}`,
    timing: hourly,
    job: { workflowId },
    ...more,
  });
  if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** As if nobody had looked at it since the slot so many hours before the last one. */
export function missSince(fleet: Fleet, ids: string | readonly string[], hoursBefore: number): Promise<void> {
  return dueAt(fleet, ids, missedAt - hoursBefore * hour);
}

/** Makes a slot of now. */
export async function dueNow(fleet: Fleet, ids: string | readonly string[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const anchor = new Date(now - 300 * hour).toISOString();
  await runOn(
    fleet.databaseUrl,
    `update schedules set next_due = '${new Date(now).toISOString()}', timing = jsonb_set(timing, '{anchor}', '"${anchor}"')
     where id = any('{${[ids].flat().join(',')}}')`,
  );
}

export async function dueAt(fleet: Fleet, ids: string | readonly string[], at: number): Promise<void> {
  await runOn(
    fleet.databaseUrl,
    `update schedules set next_due = '${new Date(at).toISOString()}' where id = any('{${[ids].flat().join(',')}}')`,
  );
}

export async function historyOf(admin: Call, id: string, outcome = ''): Promise<ScheduleFiring[]> {
  const { body } = await admin<{ items: ScheduleFiring[] }>(
    'GET',
    `/schedules/${id}/history?limit=500&outcome=${outcome}`,
  );
  return body.items;
}

export function firingsOf(admin: Call, id: string, outcome: string, n = 1): Promise<ScheduleFiring[]> {
  return waitFor(
    async () => {
      const items = await historyOf(admin, id, outcome);
      return items.length >= n && items;
    },
    { until: `${n} slots are ${outcome}` },
  );
}
