import { AppError } from '@casare/shared';

interface Ending {
  readonly isAlive: boolean;
  kill(): Promise<void>;
}

/** Lends at most `limit` things, made on demand, to one user each; the others wait in order. Dead ones are replaced. */
export function lendInTurn<Thing extends Ending>(make: () => Thing, limit: number) {
  const all = new Set<Thing>();
  const idle: Thing[] = [];
  const waiting: (() => void)[] = [];
  let lent = 0;
  let isClosed = false;

  function take(): Thing {
    if (isClosed) throw new AppError('RUN_CANCELLED', 'The run has ended, and what it had open is closed.');
    for (let thing = idle.pop(); thing; thing = idle.pop()) {
      if (thing.isAlive) return thing;
      all.delete(thing);
    }
    const made = make();
    all.add(made);
    return made;
  }

  async function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (lent < limit) {
      lent++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(go);
    });
  }

  return {
    async use<Result>(signal: AbortSignal, work: (thing: Thing) => Promise<Result>): Promise<Result> {
      await turn(signal);
      try {
        const thing = take();
        try {
          return await work(thing);
        } finally {
          if (thing.isAlive) idle.push(thing);
          else all.delete(thing);
        }
      } finally {
        // The turn goes to who waits longest, or back.
        const next = waiting.shift();
        if (next) next();
        else lent--;
      }
    },
    async close() {
      isClosed = true;
      idle.length = 0;
      await Promise.all([...all].map((thing) => thing.kill()));
      all.clear();
    },
  };
}
