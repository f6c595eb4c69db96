import assert from 'node:assert/strict';
import { AppError } from '@casare/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLeasePool, type Lease } from '../../../engine/resources/lease-pool.ts';

interface Thing {
  key: string;
  isOpen: boolean;
  isDead: boolean;
  user: number | undefined;
}

type Operation =
  | { kind: 'lease'; key: string }
  | { kind: 'release' | 'discard' | 'abort' | 'die'; at: number }
  | { kind: 'turn' | 'later' };

const at = fc.nat(20);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('lease' as const), key: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('discard' as const, 'abort', 'die'), at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('turn' as const, 'later') }) },
);

/** Random users of one pool, among servers that refuse, die and answer late. */
async function play(max: number, operations: readonly Operation[], delays: readonly number[]): Promise<void> {
  let open = 0;
  let step = 0;
  let time = 0;
  const pause = async () => {
    for (let turns = delays[step++ % delays.length] ?? 0; turns > 0; turns--) await nextTurn();
  };
  const pool = createLeasePool<Thing>({
    name: 'things',
    max,
    idleMs: 1000,
    now: () => time,
    isHealthy: async (thing) => {
      await pause();
      return !thing.isDead;
    },
    open: async (key, signal) => {
      open++;
      assert(open <= max);
      try {
        await pause();
        signal.throwIfAborted();
        if (step % 7 === 0) throw new AppError('HTTP_FAILED', 'refused');
        return { key, isOpen: true, isDead: false, user: undefined };
      } catch (error) {
        open--;
        throw error;
      }
    },
    close: async (thing) => {
      assert(thing.isOpen);
      thing.isOpen = false;
      await pause();
      open--;
    },
  });

  const asked: { number: number; key: string; stop: AbortController; isGone: boolean; done: Promise<void> }[] = [];
  const lent = new Map<number, Lease<Thing>>();
  const seen: Thing[] = [];
  const checkOrder = () => {
    // Whoever waits has nobody behind him who was served.
    const waiting = pool.stats().waiting.map(Number);
    assert.deepEqual(
      waiting,
      waiting.toSorted((a, b) => a - b),
    );
    const first = waiting[0] ?? Infinity;
    for (const number of lent.keys()) assert(number < first);
  };
  const finish = async (number: number, how: 'release' | 'discard') => {
    const lease = lent.get(number);
    if (!lease) return;
    lent.delete(number);
    lease.resource.user = undefined;
    if (how === 'release') lease.release();
    else await lease.discard();
  };

  for (const op of operations) {
    if (op.kind === 'lease') {
      const request = { number: asked.length, key: op.key, stop: new AbortController(), isGone: false };
      const done = pool.lease(op.key, String(request.number), request.stop.signal).then(
        (lease) => {
          assert.partialDeepStrictEqual(lease.resource, { key: op.key, isOpen: true, user: undefined });
          lease.resource.user = request.number;
          seen.push(lease.resource);
          lent.set(request.number, lease);
        },
        (error: AppError) => {
          assert(['RUN_CANCELLED', 'HTTP_FAILED'].includes(error.code), error);
        },
      );
      asked.push({ ...request, done });
    } else if (op.kind === 'release' || op.kind === 'discard') {
      const numbers = [...lent.keys()];
      void finish(numbers[op.at % numbers.length] ?? -1, op.kind);
    } else if (op.kind === 'abort') {
      asked[op.at % asked.length]?.stop.abort(new AppError('RUN_CANCELLED', 'stop'));
    } else if (op.kind === 'die') {
      const thing = seen[op.at % seen.length];
      if (thing) thing.isDead = true;
    } else if (op.kind === 'later') time += 400;
    else await nextTurn();
    checkOrder();
    const { leased, idle, closing } = pool.stats();
    assert(leased.length + idle.length + closing <= max);
  }

  // Everybody who was not served yet is, once the others give back what they have.
  const everybody = Promise.all(asked.map(({ done }) => done));
  let isOver = false;
  const over = () => void (isOver = true);
  everybody.then(over, over);
  for (let turns = 0; !isOver; turns++) {
    assert(turns < 10_000, 'somebody is never served');
    for (const number of [...lent.keys()]) await finish(number, 'release');
    await nextTurn();
    checkOrder();
  }
  await everybody;
  for (const number of [...lent.keys()]) await finish(number, 'release');
  assert.partialDeepStrictEqual(pool.stats(), { leased: [], waiting: [] });
  await pool.close();
  assert.equal(open, 0);
  assert(!seen.some((thing) => thing.isOpen));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

it('never has more than its most, serves in order, and every lease ends', async () => {
  const played = fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(operation, { maxLength: 120 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }),
      play,
    ),
    { numRuns: 300 },
  );
  await expect(played).resolves.toBeUndefined();
}, 60_000);
