import { readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { NetConnectOpts } from 'node:net';

/** Where an X server listens, as DISPLAY says it. */
export interface DisplayAddress {
  /** Empty: this machine. */
  host: string;
  display: number;
  screen: number;
}

/** ":99", ":0.1", "unix:0", "host:10.0"; undefined when it is none of these. */
export function parseDisplay(text: string): DisplayAddress | undefined {
  const [, host = '', display = '', screen = '0'] = /^([^:]*):(\d{1,5})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (display === '') return undefined;
  return { host: host === 'unix' ? '' : host, display: Number(display), screen: Number(screen) };
}

/** What to connect to, the likelier first: servers listen on a socket file, on an abstract name of Linux, or on TCP. */
export function socketsOf({ host, display }: DisplayAddress): NetConnectOpts[] {
  if (host !== '') return [{ host, port: 6000 + display }];
  const file = `/tmp/.X11-unix/X${display}`;
  return [{ path: file }, ...(process.platform === 'linux' ? [{ path: `\0${file}` }] : [])];
}

/** The cookie that lets a program in; empty where there is none, as servers with other rules need none. */
export async function readCookie(
  { host, display }: DisplayAddress,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ name: string; data: Buffer }> {
  const none = { name: '', data: Buffer.alloc(0) };
  const path = environment['XAUTHORITY'] || join(environment['HOME'] || homedir(), '.Xauthority');
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const wanted = [host === '' ? hostname() : host, 'localhost'];
  let offset = 0;
  const part = (): Buffer => {
    const size = bytes.readUInt16BE(offset);
    offset += 2 + size;
    return bytes.subarray(offset - size, offset);
  };
  try {
    while (offset < bytes.length) {
      const family = bytes.readUInt16BE(offset);
      offset += 2;
      const [address, number, name, data] = [part(), part(), part(), part()] as const;
      // 65535: for every machine; 256: for one by its name.
      const fitsHost = family === 65_535 || (family === 256 && wanted.includes(address.toString('latin1')));
      const fitsDisplay = number.length === 0 || number.toString('latin1') === String(display);
      if (fitsHost && fitsDisplay && name.toString('latin1') === 'MIT-MAGIC-COOKIE-1')
        return { name: 'MIT-MAGIC-COOKIE-1', data };
    }
  } catch {
    // A file that is cut off: what was read of it did not fit.
  }
  return none;
}
