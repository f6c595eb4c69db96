import type { FleetEvent } from '@casare/shared';
import type { FleetTransport, LinkState } from '../fleet-transport.ts';
import { createEventOrder } from './event-order.ts';
import { createRecentEvents, type RecentEvents } from './recent-events.ts';

export interface LiveStatus {
  state: LinkState;
  /** When the data was known to be true last; undefined before the first connection. */
  freshAt: number | undefined;
  reason: string | undefined;
}

export interface LiveFeed {
  status: () => LiveStatus;
  onStatus: (listener: () => void) => () => void;
  /** Events in batches, each event once. */
  onEvents: (listener: (events: readonly FleetEvent[]) => void) => () => void;
  /** Too much was missed: everything has to be loaded afresh. */
  onResync: (listener: () => void) => () => void;
  recent: RecentEvents;
  close: () => void;
}

/** Events are handed on in batches: 200 a second redraw a table ten times, not 200 times. */
const BATCH_MS = 100;

export function createLiveFeed(transport: FleetTransport, now: () => number = Date.now): LiveFeed {
  const order = createEventOrder();
  const recent = createRecentEvents();
  const statusListeners = new Set<() => void>();
  const eventListeners = new Set<(events: readonly FleetEvent[]) => void>();
  const resyncListeners = new Set<() => void>();
  let status: LiveStatus = { state: 'connecting', freshAt: undefined, reason: undefined };
  let batch: FleetEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const setStatus = (next: LiveStatus) => {
    status = next;
    for (const listener of [...statusListeners]) listener();
  };
  const flush = () => {
    timer = undefined;
    const events = batch;
    batch = [];
    for (const listener of [...eventListeners]) listener(events);
  };
  const resync = () => {
    order.reset();
    batch = [];
    for (const listener of [...resyncListeners]) listener();
  };
  const stop = transport.subscribe({
    since: order.lastSeq,
    onReady: (reply) => {
      if (reply.resync) resync();
      order.reach(reply.seq);
    },
    onEvent: (event) => {
      if (!order.accept(event)) return;
      recent.add(event);
      batch.push(event);
      timer ??= setTimeout(flush, BATCH_MS);
    },
    onResync: resync,
    onState: (state, reason) => {
      if (state === status.state && reason === status.reason) return;
      // The moment of a cut is when the data was true last.
      const freshAt = status.state === 'live' || state === 'live' ? now() : status.freshAt;
      setStatus({ state, freshAt, reason });
    },
  });
  const listen =
    <L>(set: Set<L>) =>
    (listener: L) => {
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    };
  return {
    status: () => status,
    onStatus: listen(statusListeners),
    onEvents: listen(eventListeners),
    onResync: listen(resyncListeners),
    recent,
    close: () => {
      clearTimeout(timer);
      stop();
    },
  };
}
