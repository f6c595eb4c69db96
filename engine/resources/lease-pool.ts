import { AppError } from '@casare/shared';

export interface LeasePoolOptions<R> {
  /** What the pool holds, in the plural and as a person says it: "database connections". */
  name: string;
  /** Open at once over all keys: lent, idle, being opened and being closed. */
  max: number;
  open(key: string, signal: AbortSignal): Promise<R>;
  close(resource: R): Promise<void>;
  /** Asked before an idle one is lent again; a `false` or a throw closes it, and a new one is opened. Default: always. */
  isHealthy?(resource: R): boolean | Promise<boolean>;
  /** What a key stands for, to be shown to people. Absent: not shown, as keys may hold passwords. */
  describe?(key: string): string;
  /** How long an idle one is kept. Default 30 min. */
  idleMs?: number;
  /** How long somebody waits for a turn. Default 60 s. */
  waitMs?: number;
  /** How long closing one may take before its place is given away all the same. Default 5 s. */
  closeMs?: number;
  now?(): number;
}

/** One use of a resource. It ends with the first call of `release` or `discard`; later ones do nothing. */
export interface Lease<R> {
  readonly resource: R;
  /** Back to the pool, for the next one who asks for the same key. */
  release(): void;
  /** Closed: its state is unknown, or it is not to be shared. Never throws. */
  discard(): Promise<void>;
}

export interface LeasePoolStats {
  leased: { key: string; holder: string; since: number }[];
  /** Keys, the one used longest ago first. */
  idle: string[];
  /** Holders in the order in which they will be served. */
  waiting: string[];
  closing: number;
}

export interface LeasePool<R> {
  /**
   * An idle resource of this key, or a new one, as soon as there is room. Whoever waits longest is served first, whatever the
   * key; RESOURCE_BUSY after `waitMs`. When `signal` aborts nothing of the request stays behind.
   */
  lease(key: string, holder: string, signal: AbortSignal): Promise<Lease<R>>;
  stats(): LeasePoolStats;
  /** Closes idle ones and those still lent, and refuses whoever waits. */
  close(): Promise<void>;
}

interface Idle<R> {
  key: string;
  resource: R;
  since: number;
}

/** A place in the pool that somebody has: while his resource is made ready, and while he uses it. */
interface Holding<R> {
  key: string;
  holder: string;
  since: number;
  stop: AbortController;
  resource?: { value: R };
}

interface Waiter<R> {
  key: string;
  holder: string;
  grant(place: Holding<R>, found: Idle<R> | undefined): void;
  refuse(error: AppError): void;
}

/** Lends things that are dear to open: kept for the next one, never more than `max`, first come first served. */
export function createLeasePool<R>(options: LeasePoolOptions<R>): LeasePool<R> {
  const { name, max, idleMs = 30 * 60_000, waitMs = 60_000, closeMs = 5000, now = Date.now } = options;
  /** The one used longest ago first. */
  const idle: Idle<R>[] = [];
  const held = new Set<Holding<R>>();
  const waiting: Waiter<R>[] = [];
  const closings = new Set<Promise<void>>();
  let expiry: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Gives places to those who wait, in order. While one idle resource is left nobody waits: it makes room for another key. */
  function serve(): void {
    while (waiting.length > 0 && (idle.length > 0 || held.size + closings.size < max)) {
      const { key, holder, grant } = waiting.shift() as Waiter<R>;
      const own = idle.findLastIndex((entry) => entry.key === key);
      const isFull = idle.length + held.size + closings.size >= max;
      const [found] = own >= 0 ? idle.splice(own, 1) : isFull ? idle.splice(0, 1) : [];
      const place: Holding<R> = { key, holder, since: now(), stop: new AbortController() };
      held.add(place);
      grant(place, found);
    }
  }

  function queue(key: string, holder: string, signal: AbortSignal): Promise<[Holding<R>, Idle<R> | undefined]> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        const index = waiting.indexOf(waiter);
        if (index >= 0) waiting.splice(index, 1);
      };
      const waiter: Waiter<R> = {
        key,
        holder,
        grant: (place, found) => {
          end();
          resolve([place, found]);
        },
        refuse: (error) => {
          end();
          reject(error);
        },
      };
      const leave = () => {
        end();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => waiter.refuse(busy()), waitMs);
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(waiter);
      serve();
    });
  }

  /** In the place of `found`: that itself when it fits and lives, else it goes first and a new one is opened. */
  async function makeReady(place: Holding<R>, found: Idle<R> | undefined): Promise<R> {
    const { signal } = place.stop;
    if (found?.key === place.key && found.since + idleMs > now() && (await isHealthy(found.resource))) {
      return found.resource;
    }
    if (found) await closeQuietly(found.resource);
    signal.throwIfAborted();
    return await options.open(place.key, signal);
  }

  async function isHealthy(resource: R): Promise<boolean> {
    try {
      return (await options.isHealthy?.(resource)) ?? true;
    } catch {
      return false;
    }
  }

  async function lease(key: string, holder: string, signal: AbortSignal): Promise<Lease<R>> {
    if (isClosed) throw ended();
    signal.throwIfAborted();
    const [place, found] = await queue(key, holder, signal);
    const stop = () => place.stop.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const ready = makeReady(place, found);
    try {
      const resource = await unlessAborted(ready, place.stop.signal);
      place.resource = { value: resource };
      return lend(place, resource);
    } catch (error) {
      // What comes after its requester has gone is as good as new for the next one.
      void ready.then(
        (resource) => putBack(place, resource),
        () => leavePlace(place),
      );
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  function lend(place: Holding<R>, resource: R): Lease<R> {
    return {
      resource,
      release: () => putBack(place, resource),
      discard: () => discard(place, resource),
    };
  }

  function putBack(place: Holding<R>, resource: R): void {
    if (isClosed) void discard(place, resource);
    if (!held.delete(place)) return;
    idle.push({ key: place.key, resource, since: now() });
    expiry ??= setTimeout(expire, idleMs).unref();
    serve();
  }

  async function discard(place: Holding<R>, resource: R): Promise<void> {
    if (held.delete(place)) await end(resource);
  }

  function leavePlace(place: Holding<R>): void {
    if (held.delete(place)) serve();
  }

  /** Closes one that has no holder any more. Its place is free once it is really gone. */
  function end(resource: R): Promise<void> {
    const closing: Promise<void> = closeQuietly(resource).then(() => {
      closings.delete(closing);
      serve();
    });
    closings.add(closing);
    return closing;
  }

  async function closeQuietly(resource: R): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
    });
    // A failure to close changes nothing: nobody gets this one again.
    const closed = (async () => options.close(resource))().catch(() => undefined);
    await Promise.race([closed, late]);
    clearTimeout(timer);
  }

  function expire(): void {
    expiry = undefined;
    while (idle[0] && idle[0].since + idleMs <= now()) void end((idle.shift() as Idle<R>).resource);
    const oldest = idle[0];
    if (oldest) expiry = setTimeout(expire, Math.max(1, oldest.since + idleMs - now())).unref();
  }

  function busy(): AppError {
    const holders = [...held].map(
      ({ holder, key, since }) =>
        `${holder}${options.describe ? ` (${options.describe(key)})` : ''} since ${new Date(since).toISOString()}`,
    );
    return new AppError(
      'RESOURCE_BUSY',
      `All ${max} ${name} of this machine stayed in use for ${waitMs / 1000} s: ${holders.join(', ')}. Try again later, or let fewer runs use them at once.`,
      { retryable: true, details: { pool: name, max, holders } },
    );
  }

  function ended(): AppError {
    return new AppError('RUN_CANCELLED', `The program is ending; no more ${name} are lent.`);
  }

  return {
    lease,
    stats: () => ({
      leased: [...held].map(({ key, holder, since }) => ({ key, holder, since })),
      idle: idle.map(({ key }) => key),
      waiting: waiting.map(({ holder }) => holder),
      closing: closings.size,
    }),
    async close() {
      isClosed = true;
      clearTimeout(expiry);
      for (const waiter of [...waiting]) waiter.refuse(ended());
      for (const entry of idle.splice(0)) void end(entry.resource);
      for (const place of [...held]) {
        if (place.resource) void discard(place, place.resource.value);
        else place.stop.abort(ended());
      }
      await Promise.all(closings);
    },
  };
}

function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
