import type { FleetEvent } from '@casare/shared';

/**
 * The last events, so that a list that was asked for before an event and arrives after it can catch up: a snapshot carries no seq, but what
 * came since it was requested, applied in order, ends in the true state whether or not the snapshot had it already.
 */
export function createRecentEvents(capacity = 5000) {
  let events: FleetEvent[] = [];
  let dropped = 0;
  return {
    add: (event: FleetEvent) => {
      events.push(event);
      if (events.length > capacity * 2) {
        dropped += events.length - capacity;
        events = events.slice(-capacity);
      }
    },
    /** Where the log ends now. */
    mark: () => dropped + events.length,
    /** What was added since; undefined when some of it is gone. */
    since: (mark: number): FleetEvent[] | undefined => (mark < dropped ? undefined : events.slice(mark - dropped)),
  };
}
export type RecentEvents = ReturnType<typeof createRecentEvents>;

/** Loads a snapshot and brings it up to the events that came while it was under way. */
export async function loadCaughtUp<T>(
  recent: RecentEvents,
  load: () => Promise<T>,
  apply: (snapshot: T, event: FleetEvent) => T,
): Promise<T> {
  for (;;) {
    const mark = recent.mark();
    const snapshot = await load();
    const missed = recent.since(mark);
    if (missed) return missed.reduce(apply, snapshot);
  }
}
