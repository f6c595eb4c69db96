import type { FleetEvent } from '@casare/shared';
import type { QueryClient } from '@tanstack/react-query';
import { fleetKeys } from '../fleet-keys.ts';

/** What shows a schedule is asked for again when something became of it; the others are left alone. */
export function patchSchedules(queries: QueryClient, events: readonly FleetEvent[]): void {
  const ids = new Set(events.filter(({ type }) => type.startsWith('schedule.')).map(({ data }) => String(data.id)));
  if (ids.size === 0) return;
  void queries.invalidateQueries({ queryKey: fleetKeys.scheduleLists });
  for (const id of ids)
    for (const queryKey of [fleetKeys.schedule(id), fleetKeys.scheduleNext(id), fleetKeys.scheduleHistory(id)])
      void queries.invalidateQueries({ queryKey });
}
