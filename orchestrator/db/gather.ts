import { isRolledBack } from './transaction.ts';

/** One result per item, in their order; an Error refuses that item alone. */
type Work<Item, Result> = (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;

interface Call<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Lane<Item, Result> {
  underWay: number;
  waiting: Call<Item, Result>[];
}

const maxItems = 200;
/** One that takes longer than this waits for a lock or the network, and must not hold up those behind it. */
const slowMs = 25;

/**
 * Joins calls of the same lane that come while others are at work into one transaction: under load each costs a part of a
 * round trip and of a commit, and alone it waits for nothing. A joined transaction that the database refuses is split until
 * only the calls that cause it fail.
 */
export function gather<Item, Result>(): (lane: string, item: Item, work: Work<Item, Result>) => Promise<Result> {
  const lanes = new Map<string, Lane<Item, Result>>();

  function next(name: string, lane: Lane<Item, Result>, work: Work<Item, Result>): void {
    if (lane.waiting.length === 0) {
      if (lane.underWay === 0 && lanes.get(name) === lane) lanes.delete(name);
      return;
    }
    if (lane.underWay > 0) return;
    lane.underWay++;
    let isCounted = true;
    const goOn = () => {
      if (!isCounted) return;
      isCounted = false;
      lane.underWay--;
      next(name, lane, work);
    };
    const timer = setTimeout(goOn, slowMs);
    void runAll(lane.waiting.splice(0, maxItems), work).finally(() => {
      clearTimeout(timer);
      goOn();
    });
  }

  return (name, item, work) =>
    new Promise((resolve, reject) => {
      const lane = lanes.get(name) ?? { underWay: 0, waiting: [] };
      lanes.set(name, lane);
      lane.waiting.push({ item, resolve, reject });
      next(name, lane, work);
    });
}

async function runAll<Item, Result>(calls: readonly Call<Item, Result>[], work: Work<Item, Result>): Promise<void> {
  try {
    const results = await work(calls.map(({ item }) => item));
    calls.forEach(({ resolve, reject }, i) => {
      const result = results[i];
      if (result instanceof Error) reject(result);
      else resolve(result as Result);
    });
  } catch (error) {
    // What may have been committed must not be done again.
    if (calls.length === 1 || !isRolledBack(error)) for (const { reject } of calls) reject(error);
    else {
      const half = Math.ceil(calls.length / 2);
      await Promise.all([runAll(calls.slice(0, half), work), runAll(calls.slice(half), work)]);
    }
  }
}
