import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Random } from './random.ts';

/** What a wire does to bytes; anything left out is done to nothing. */
export interface Toxics {
  /** Each piece waits so long, plus up to `jitterMs` at random. Order is kept. */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
  /** Pieces of at most so many bytes. */
  readonly sliceBytes?: number;
  /** Bytes are taken and go nowhere, and nobody is told: a half-open connection. */
  readonly blackHole?: boolean;
  /** New connections are refused. */
  readonly refuse?: boolean;
  /** A connection is cut when so many bytes have gone in one direction. */
  readonly cutAfterBytes?: number;
}

export interface TcpProxy {
  readonly port: number;
  set(toxics: Toxics): void;
  /** Sees what comes back from the target and may have the connection cut in place of passing it on. */
  watchAnswers(look: ((bytes: Buffer) => 'pass' | 'drop and cut') | undefined): void;
  /** Ends every open connection, as a router that restarts does. */
  cut(): void;
  /** Connections that were cut by it so far. */
  readonly cuts: number;
  stop(): Promise<void>;
}

export async function startTcpProxy(target: () => number, random: Random): Promise<TcpProxy> {
  let toxics: Toxics = {};
  let cuts = 0;
  let look: Parameters<TcpProxy['watchAnswers']>[0];
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    if (toxics.refuse) return void near.resetAndDestroy();
    const far = connect(target(), '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    const cut = () => {
      cuts++;
      end();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    carry(near, far, cut);
    carry(far, near, cut, (bytes) => look?.(bytes));
  });

  function carry(from: Socket, to: Socket, cut: () => void, watch?: (bytes: Buffer) => string | undefined): void {
    let free = 0;
    let carried = 0;
    from.on('data', (bytes: Buffer) => {
      if (toxics.blackHole) return;
      if (watch?.(bytes) === 'drop and cut') return cut();
      for (const piece of slices(bytes, toxics.sliceBytes)) {
        carried += piece.length;
        if (toxics.cutAfterBytes !== undefined && carried > toxics.cutAfterBytes) return cut();
        const wait = (toxics.delayMs ?? 0) + (toxics.jitterMs ?? 0) * random.next();
        const slow = toxics.bytesPerSecond === undefined ? 0 : (piece.length / toxics.bytesPerSecond) * 1000;
        const now = performance.now();
        // One after the other: a later piece never overtakes.
        free = Math.max(free, now + wait) + slow;
        if (free <= now) to.write(piece);
        else setTimeout(() => to.writable && to.write(piece), free - now);
      }
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endAll = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    set(next) {
      toxics = next;
    },
    watchAnswers(next) {
      look = next;
    },
    cut() {
      cuts += pairs.size;
      endAll();
    },
    async stop() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function slices(bytes: Buffer, size: number | undefined): Buffer[] {
  if (size === undefined) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
