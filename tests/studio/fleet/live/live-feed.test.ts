import type { FleetEvent } from '@casare/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FeedHandlers, FleetTransport } from '../../../../studio/fleet/fleet-transport.ts';
import { createLiveFeed } from '../../../../studio/fleet/live/live-feed.ts';
import { anEvent } from './rows.ts';

/** A connection the test speaks for. */
function openFeed() {
  let handlers: FeedHandlers | undefined;
  const transport: FleetTransport = {
    request: () => Promise.reject(new Error('no requests here')),
    watchJob: () => () => undefined,
    subscribe: (given) => {
      handlers = given;
      return () => undefined;
    },
  };
  let now = 1000;
  const feed = createLiveFeed(transport, () => now);
  if (!handlers) throw new Error('the feed did not subscribe');
  const batches: FleetEvent[][] = [];
  let resyncs = 0;
  feed.onEvents((events) => batches.push([...events]));
  feed.onResync(() => (resyncs += 1));
  return { feed, link: handlers, batches, resyncs: () => resyncs, setNow: (time: number) => (now = time) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('events come in batches, each once and in order', () => {
  const { link, batches } = openFeed();
  link.onEvent(anEvent(1, 'job.created', { id: 'a' }));
  link.onEvent(anEvent(2, 'job.claimed', { id: 'a' }));
  link.onEvent(anEvent(2, 'job.claimed', { id: 'a' }));
  expect(batches).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(batches.map((events) => events.map((event) => event.seq))).toEqual([[1, 2]]);
});

test('after a cut the feed asks for what came after the last event it saw', () => {
  const { link } = openFeed();
  expect(link.since()).toBeUndefined();
  link.onReady({ seq: 10, resync: false });
  link.onEvent(anEvent(14, 'job.created', { id: 'a' }));
  link.onState('reconnecting');
  expect(link.since()).toBe(14);
});

test('replayed events that were seen already change nothing', () => {
  const { link, batches } = openFeed();
  link.onEvent(anEvent(14, 'job.created', { id: 'a' }));
  vi.advanceTimersByTime(200);
  link.onEvent(anEvent(14, 'job.created', { id: 'a' }));
  link.onEvent(anEvent(15, 'job.claimed', { id: 'a' }));
  vi.advanceTimersByTime(200);
  expect(batches.flat().map((event) => event.seq)).toEqual([14, 15]);
});

test('when too much was missed everything is loaded afresh and the feed goes on from there', () => {
  const { link, resyncs } = openFeed();
  link.onEvent(anEvent(900, 'job.created', { id: 'a' }));
  link.onReady({ seq: 40, resync: true });
  expect(resyncs()).toBe(1);
  expect(link.since()).toBe(40);
});

test('a resync during the connection drops the batch that has not been told yet', () => {
  const { link, batches, resyncs } = openFeed();
  link.onEvent(anEvent(1, 'job.created', { id: 'a' }));
  link.onResync();
  vi.advanceTimersByTime(200);
  expect(resyncs()).toBe(1);
  expect(batches.flat()).toEqual([]);
});

test('the status tells until when the data was true', () => {
  const { feed, link, setNow } = openFeed();
  expect(feed.status()).toMatchObject({ state: 'connecting', freshAt: undefined });
  setNow(2000);
  link.onState('live');
  setNow(5000);
  link.onState('reconnecting', 'transport close');
  setNow(9000);
  link.onState('reconnecting', 'timeout');
  expect(feed.status()).toMatchObject({ state: 'reconnecting', freshAt: 5000, reason: 'timeout' });
});
