import { type EventType, type FleetEvent, LIVE_ONLY_EVENTS } from '@casare/shared';

const REMEMBERED = 20_000;

/** Id of the resource an event is about; `queue.metrics` is about the whole. */
export function resourceOf(event: FleetEvent): string {
  const kind = event.type.slice(0, event.type.indexOf('.'));
  const { id } = event.data;
  return typeof id === 'string' ? `${kind}:${id}` : kind;
}

const LIVE_ONLY: ReadonlySet<EventType> = new Set(LIVE_ONLY_EVENTS);

/** Figures that are not stored; their seq is that of the stored event before them and says nothing about them. */
export function isLiveOnly(event: FleetEvent): boolean {
  return LIVE_ONLY.has(event.type);
}

/**
 * Lets each stored event through once and never an older one about the same resource. Seqs grow over all tenants, so a jump means nothing, and events
 * about different resources may come in any order (their transactions end in any order); after a cut the server sends what came after `lastSeq`.
 * What is live only always passes and moves nothing.
 */
export function createEventOrder() {
  const newest = new Map<string, number>();
  let lastSeq: number | undefined;
  return {
    accept: (event: FleetEvent): boolean => {
      if (isLiveOnly(event)) return true;
      const key = resourceOf(event);
      if (event.seq <= (newest.get(key) ?? -1)) return false;
      newest.delete(key);
      newest.set(key, event.seq);
      if (newest.size > REMEMBERED) newest.delete(newest.keys().next().value ?? '');
      if (lastSeq === undefined || event.seq > lastSeq) lastSeq = event.seq;
      return true;
    },
    /** The feed starts or goes on here. */
    reach: (seq: number) => {
      if (lastSeq === undefined || seq > lastSeq) lastSeq = seq;
    },
    /** After a resync nothing known from before counts: a restored database may begin lower. */
    reset: () => {
      newest.clear();
      lastSeq = undefined;
    },
    lastSeq: () => lastSeq,
  };
}
