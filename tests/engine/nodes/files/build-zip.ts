import { crc32, deflateRawSync } from 'node:zlib';

export interface RawEntry {
  name: string;
  content: string | Buffer;
  /** Unix mode with the file type, e.g. 0o120777 for a link. */
  mode?: number;
  flags?: number;
  /** What the table of contents says instead of the truth. */
  claimedSize?: number;
  /** Index of an entry whose bytes this one points to as well. */
  sharedWith?: number | undefined;
}

/** A ZIP file byte by byte, because no library writes what an attacker does. */
export function buildZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [i, entry] of entries.entries()) {
    const name = Buffer.from(entry.name);
    const raw = Buffer.from(entry.content);
    const packed = deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((entry.flags ?? 0) | 0x800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(entry.claimedSize ?? raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const shared = entry.sharedWith === undefined ? undefined : offsets[entry.sharedWith];
    offsets[i] = shared ?? offset;
    if (shared === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
      parts.push(local);
      offset += local.length;
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offsets[i] as number, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), fields, rest, name]));
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(table.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, table, Buffer.from('PK\x05\x06'), end]);
}
