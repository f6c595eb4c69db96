import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a page and a server that can be pulled and put back, on one address. */
export interface CuttableProxy extends AsyncDisposable {
  readonly url: string;
  /** Ends what is open and refuses what is new. */
  cut(): void;
  mend(): void;
}

export async function startCuttableProxy(target: string): Promise<CuttableProxy> {
  const to = Number(new URL(target).port);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      endAll();
    },
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
