import type { XConnection } from './connection.ts';

// The few requests of the X protocol that are used in more than one place.

export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, i * 4));
  return bytes;
}

export interface XProperty {
  type: number;
  bytes: Buffer;
}

/** Names of properties as numbers, each asked for once. */
export function createAtoms(x: XConnection): (name: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  async function intern(name: string): Promise<number> {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(name.length, 0);
    const reply = await x.ask({ opcode: 16, body: Buffer.concat([head, Buffer.from(name, 'latin1')]) });
    return reply?.readUInt32LE(8) ?? 0;
  }
  return (name) => {
    const found = known.get(name) ?? intern(name);
    known.set(name, found);
    return found;
  };
}

/** Up to 64 MiB of a property; undefined when the window or the property is not there. */
export async function getProperty(
  x: XConnection,
  window: number,
  property: number,
  remove = false,
): Promise<XProperty | undefined> {
  const body = words(window, property, 0, 0, 16 * 1024 * 1024);
  const reply = await x.ask({ opcode: 20, data: remove ? 1 : 0, body });
  const type = reply?.readUInt32LE(8) ?? 0;
  if (!reply || type === 0) return undefined;
  const size = (reply.readUInt8(1) / 8) * reply.readUInt32LE(16);
  return { type, bytes: reply.subarray(32, 32 + size) };
}

/** Numbers of a property of 32 bits; empty when it is not there. */
export async function getNumbers(x: XConnection, window: number, property: number): Promise<number[]> {
  const { bytes = Buffer.alloc(0) } = (await getProperty(x, window, property)) ?? {};
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(i * 4));
}

const propertyPart = 200_000;

/** In parts, since one request holds no more than 256 KiB. */
export function putProperty(
  x: XConnection,
  window: number,
  property: number,
  type: number,
  format: 8 | 32,
  bytes: Buffer,
): void {
  let at = 0;
  do {
    const part = bytes.subarray(at, at + propertyPart);
    const body = Buffer.concat([words(window, property, type, format, part.length / (format / 8)), part]);
    x.tell({ opcode: 18, data: at === 0 ? 0 : 2, body });
    at += part.length;
  } while (at < bytes.length);
}

/** Asks the window manager for something, as the EWMH standard has it. */
export function tellWindowManager(x: XConnection, window: number, message: number, data: readonly number[]): void {
  const event = Buffer.alloc(32);
  event.writeUInt8(33, 0);
  event.writeUInt8(32, 1);
  event.writeUInt32LE(window, 4);
  event.writeUInt32LE(message, 8);
  data.forEach((value, i) => event.writeUInt32LE(value >>> 0, 12 + i * 4));
  // SubstructureNotify and SubstructureRedirect: only the window manager hears it.
  x.tell({ opcode: 25, body: Buffer.concat([words(x.root, 0x18_00_00), event]) });
}
