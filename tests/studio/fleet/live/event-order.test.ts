import { expect, test } from 'vitest';
import { createEventOrder, resourceOf } from '../../../../studio/fleet/live/event-order.ts';
import { anEvent } from './rows.ts';

test('an event is let through once', () => {
  const order = createEventOrder();
  const event = anEvent(7, 'job.created', { id: 'a' });
  expect(order.accept(event)).toBe(true);
  expect(order.accept(event)).toBe(false);
});

test('an older event about the same job is refused, whatever came between', () => {
  const order = createEventOrder();
  order.accept(anEvent(9, 'job.completed', { id: 'a' }));
  order.accept(anEvent(20, 'job.created', { id: 'b' }));
  expect(order.accept(anEvent(8, 'job.claimed', { id: 'a' }))).toBe(false);
});

test('events about different jobs may come in any order, and the seq to go on from is the highest', () => {
  const order = createEventOrder();
  expect(order.accept(anEvent(11, 'job.created', { id: 'b' }))).toBe(true);
  expect(order.accept(anEvent(10, 'job.created', { id: 'a' }))).toBe(true);
  expect(order.lastSeq()).toBe(11);
});

test('seqs grow over all tenants, so a jump is no gap', () => {
  const order = createEventOrder();
  order.accept(anEvent(1, 'job.created', { id: 'a' }));
  expect(order.accept(anEvent(5000, 'job.claimed', { id: 'a' }))).toBe(true);
});

test('the place the feed stands at is kept even without events, and never goes back', () => {
  const order = createEventOrder();
  expect(order.lastSeq()).toBeUndefined();
  order.reach(40);
  order.reach(12);
  expect(order.lastSeq()).toBe(40);
});

test('after a resync lower seqs count again', () => {
  const order = createEventOrder();
  order.accept(anEvent(900, 'job.created', { id: 'a' }));
  order.reset();
  expect(order.lastSeq()).toBeUndefined();
  expect(order.accept(anEvent(3, 'job.claimed', { id: 'a' }))).toBe(true);
});

test('a robot and a job with the same id are different things', () => {
  expect(resourceOf(anEvent(1, 'job.created', { id: 'x' }))).not.toBe(
    resourceOf(anEvent(1, 'robot.state', { id: 'x' })),
  );
  expect(resourceOf(anEvent(1, 'queue.metrics', { jobs: {} }))).toBe('queue');
});

test('figures that are live only pass whatever their seq is, and move nothing', () => {
  const order = createEventOrder();
  order.accept(anEvent(9, 'job.claimed', { id: 'a' }));
  for (const seq of [9, 9, 4, 50]) expect(order.accept(anEvent(seq, 'job.progress', { id: 'a' }))).toBe(true);
  expect(order.accept(anEvent(50, 'robot.heartbeat', { id: 'r' }))).toBe(true);
  expect(order.accept(anEvent(50, 'queue.metrics', { jobs: {} }))).toBe(true);
  expect(order.lastSeq()).toBe(9);
  // Stored after the figures were read, with the number they carried.
  expect(order.accept(anEvent(10, 'job.completed', { id: 'a' }))).toBe(true);
});
