import { createServer } from 'node:net';

/** `port` when it is free. Otherwise the next free one; or, where a person asked for exactly this one, an error that says so. */
export async function freePortFrom(port: number, exactly: boolean): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, not "${port}".`);
  for (let candidate = port; candidate < port + 50; candidate++) {
    if (await isFree(candidate)) {
      if (candidate !== port) console.log(`Port ${port} is used by another program; using ${candidate}.`);
      return candidate;
    }
    if (exactly)
      throw new Error(
        `PORT_IN_USE: port ${port} is used by another program. Stop it, or choose another: PORT=${port + 1} npm start`,
      );
  }
  throw new Error(`PORT_IN_USE: no free port from ${port} on.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
