import { AppError } from '@casare/shared';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLeasePool, type Lease, type LeasePoolOptions } from '../../../engine/resources/lease-pool.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Thing {
  key: string;
  number: number;
  isAlive: boolean;
}

/** A pool of things that only count, with what was opened and closed. */
function makePool(options: Partial<LeasePoolOptions<Thing>> = {}) {
  const opened: Thing[] = [];
  const closed: Thing[] = [];
  const pool = createLeasePool<Thing>({
    name: 'things',
    max: 2,
    open: async (key) => {
      const thing = { key, number: opened.length + 1, isAlive: true };
      opened.push(thing);
      return thing;
    },
    close: async (thing) => {
      thing.isAlive = false;
      closed.push(thing);
    },
    isHealthy: (thing) => thing.isAlive,
    ...options,
  });
  onTestFinished(() => pool.close());
  const lease = (key: string, holder = 'run', signal = new AbortController().signal) => pool.lease(key, holder, signal);
  return { pool, lease, opened, closed };
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown;
  throw new Error(`No AppError but ${String(thrown)}`);
}

describe('a lease', () => {
  it('gives the same resource to the next one who asks for its key, and another for another key', async () => {
    const { lease, opened } = makePool();
    const first = await lease('a');
    first.release();
    const again = await lease('a');
    expect(again.resource).toBe(first.resource);
    expect((await lease('b')).resource).not.toBe(first.resource);
    expect(opened).toHaveLength(2);
  });

  it('never shares a resource between two that use it at once', async () => {
    const { lease } = makePool();
    const [one, other] = await Promise.all([lease('a'), lease('a')]);
    expect(one.resource).not.toBe(other.resource);
  });

  it('ends once, however often it is given back', async () => {
    const { pool, lease, closed } = makePool();
    const one = await lease('a');
    one.release();
    one.release();
    await one.discard();
    expect(pool.stats().idle).toEqual(['a']);
    expect(closed).toEqual([]);
  });

  it('that is discarded closes its resource', async () => {
    const { pool, lease, closed } = makePool();
    const one = await lease('a');
    await one.discard();
    expect(closed).toEqual([one.resource]);
    expect(pool.stats()).toEqual({ leased: [], idle: [], waiting: [], closing: 0 });
  });

  it('hands out nothing that died while it lay idle', async () => {
    const { lease, closed } = makePool();
    const one = await lease('a');
    one.release();
    one.resource.isAlive = false;
    const next = await lease('a');
    expect(next.resource).toMatchObject({ number: 2, isAlive: true });
    expect(closed).toEqual([one.resource]);
  });

  it('takes a failing health check for a dead resource', async () => {
    const { lease } = makePool({
      isHealthy: () => {
        throw new Error('no answer');
      },
    });
    (await lease('a')).release();
    expect((await lease('a')).resource.number).toBe(2);
  });
});

describe('a full pool', () => {
  it('serves in the order of asking, whatever the key', async () => {
    const { pool, lease } = makePool({ max: 1 });
    const holding = await lease('a');
    const served: string[] = [];
    const asked = ['b', 'a', 'c'].map(async (key) => {
      const got = await lease(key, `run-${key}`);
      served.push(key);
      got.release();
    });
    expect(pool.stats().waiting).toEqual(['run-b', 'run-a', 'run-c']);
    holding.release();
    await Promise.all(asked);
    expect(served).toEqual(['b', 'a', 'c']);
  });

  it('makes room by closing the idle one that was used longest ago', async () => {
    const { lease, closed } = makePool({ max: 3 });
    const leases = await Promise.all([lease('a'), lease('b'), lease('c')]);
    for (const index of [1, 0, 2]) leases[index]?.release();
    await lease('d');
    expect(closed.map(({ key }) => key)).toEqual(['b']);
  });

  it('opens no other before the one that makes room is gone', async () => {
    let mayClose!: () => void;
    const gate = new Promise<void>((resolve) => (mayClose = resolve));
    const { lease, opened } = makePool({ max: 1, close: () => gate });
    (await lease('a')).release();
    const next = lease('b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened.map(({ key }) => key)).toEqual(['a']);
    mayClose();
    expect((await next).resource.key).toBe('b');
  });

  it('gives the place of one that cannot be closed away after a while', async () => {
    const { lease } = makePool({ max: 1, closeMs: 20, close: () => new Promise(() => undefined) });
    void (await lease('a')).discard();
    expect((await lease('b')).resource.key).toBe('b');
  });

  it('says who holds what and since when to whoever waited too long', async () => {
    const { pool, lease } = makePool({
      max: 2,
      waitMs: 20,
      now: () => Date.UTC(2030, 0, 1),
      describe: (key) => `database ${key}`,
    });
    await lease('orders', 'run-1');
    await lease('stock', 'run-2');
    const failure = await failureOf(lease('other', 'run-3'));
    expect(failure).toMatchObject({ code: 'RESOURCE_BUSY', retryable: true });
    expect(failure.message).toContain('run-1 (database orders) since 2030-01-01T00:00:00.000Z');
    expect(failure.message).toContain('run-2 (database stock)');
    expect(pool.stats().waiting).toEqual([]);
  });

  it('shows no key unless it is told how, as a key may hold a password', async () => {
    const { lease } = makePool({ max: 1, waitMs: 10 });
    await lease('postgres://casare:hunter2@db', 'run-1');
    const failure = await failureOf(lease('x', 'run-2'));
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('hunter2');
  });

  it('forgets whoever stops waiting', async () => {
    const { pool, lease } = makePool({ max: 1 });
    const holding = await lease('a');
    const stop = new AbortController();
    const waiting = lease('a', 'impatient', stop.signal);
    const patient = lease('a', 'patient');
    stop.abort(new AppError('RUN_CANCELLED', 'Enough.'));
    expect((await failureOf(waiting)).code).toBe('RUN_CANCELLED');
    expect(pool.stats().waiting).toEqual(['patient']);
    holding.release();
    expect((await patient).resource).toBe(holding.resource);
  });
});

describe('opening', () => {
  it('that fails leaves its place to the next one', async () => {
    let isDown = true;
    const { pool, lease } = makePool({
      max: 1,
      open: async (key) => {
        if (isDown) throw new AppError('HTTP_FAILED', 'The server is down.');
        return { key, number: 1, isAlive: true };
      },
    });
    expect((await failureOf(lease('a'))).message).toBe('The server is down.');
    expect(pool.stats().leased).toEqual([]);
    isDown = false;
    expect((await lease('a')).resource.number).toBe(1);
  });

  it('that is overtaken by an abort gives what it opened to the next one', async () => {
    let opened!: (thing: Thing) => void;
    const late = new Promise<Thing>((resolve) => (opened = resolve));
    const { lease } = makePool({ max: 1, open: () => late });
    const stop = new AbortController();
    const given = lease('a', 'gone', stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new AppError('RUN_CANCELLED', 'Enough.'));
    await failureOf(given);
    const next = lease('a', 'next');
    opened({ key: 'a', number: 7, isAlive: true });
    expect((await next).resource.number).toBe(7);
  });

  it('is told of an abort', async () => {
    const stop = new AbortController();
    const { pool, lease } = makePool({
      open: (_key, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    });
    const given = lease('a', 'run', stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new AppError('RUN_CANCELLED', 'Enough.'));
    expect((await failureOf(given)).message).toBe('Enough.');
    await waitFor(() => pool.stats().leased.length === 0);
  });
});

describe('the end', () => {
  it('of an idle one comes after its time', async () => {
    const { pool, lease, closed } = makePool({ idleMs: 30 });
    (await lease('a')).release();
    await waitFor(() => closed.length === 1);
    expect(pool.stats().idle).toEqual([]);
  });

  it('of its time is seen by a lease that comes before the sweep', async () => {
    let time = 0;
    const { lease } = makePool({ now: () => time });
    (await lease('a')).release();
    time = 31 * 60_000;
    expect((await lease('a')).resource.number).toBe(2);
  });

  it('of the pool closes everything and refuses whoever waits', async () => {
    const { pool, lease, closed } = makePool({ max: 2 });
    const used: Lease<Thing> = await lease('a');
    (await lease('b')).release();
    await lease('b');
    const waiting = failureOf(lease('c'));
    await pool.close();
    expect((await waiting).code).toBe('RUN_CANCELLED');
    expect(closed).toHaveLength(2);
    used.release();
    expect(pool.stats()).toEqual({ leased: [], idle: [], waiting: [], closing: 0 });
    expect((await failureOf(lease('a'))).code).toBe('RUN_CANCELLED');
  });
});
