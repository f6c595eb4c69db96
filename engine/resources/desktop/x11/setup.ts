/** What a server tells when a program connects. */
export interface XSetup {
  idBase: number;
  idMask: number;
  root: number;
  width: number;
  height: number;
  minKeycode: number;
  maxKeycode: number;
  /** How pictures of the screen are laid out. */
  pixels: { bytes: number; bigEndian: boolean; red: number; green: number; blue: number; padding: number };
}

/** The first thing a program sends: byte order, version 11.0, and the cookie. */
export function setupRequest({ name, data }: { name: string; data: Buffer }): Buffer {
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  const bytes = Buffer.alloc(12 + padded(name.length) + padded(data.length));
  bytes.write('l', 0, 'latin1');
  bytes.writeUInt16LE(11, 2);
  bytes.writeUInt16LE(name.length, 6);
  bytes.writeUInt16LE(data.length, 8);
  bytes.write(name, 12, 'latin1');
  data.copy(bytes, 12 + padded(name.length));
  return bytes;
}

/** Reads the answer to it; the offsets are those of the X11 protocol. */
export function readSetup(packet: Buffer, screen: number): XSetup {
  const body = packet.subarray(8);
  const [screens, formats] = [body.readUInt8(20), body.readUInt8(21)];
  const formatsAt = 32 + Math.ceil(body.readUInt16LE(16) / 4) * 4;
  let at = formatsAt + formats * 8;
  const chosen = Math.min(screen, screens - 1);
  for (let i = 0; i < chosen; i++) at = skipScreen(body, at);
  const depth = body.readUInt8(at + 38);
  const visual = findVisual(body, at, body.readUInt32LE(at + 32));
  let [bytes, padding] = [4, 32];
  for (let i = 0; i < formats; i++) {
    const format = formatsAt + i * 8;
    if (body.readUInt8(format) !== depth) continue;
    bytes = body.readUInt8(format + 1) / 8;
    padding = body.readUInt8(format + 2);
  }
  return {
    idBase: body.readUInt32LE(4),
    idMask: body.readUInt32LE(8),
    root: body.readUInt32LE(at),
    width: body.readUInt16LE(at + 20),
    height: body.readUInt16LE(at + 22),
    minKeycode: body.readUInt8(26),
    maxKeycode: body.readUInt8(27),
    pixels: { bytes, padding, bigEndian: body.readUInt8(22) === 1, ...visual },
  };
}

function skipScreen(body: Buffer, at: number): number {
  let next = at + 40;
  for (let depths = body.readUInt8(at + 39); depths > 0; depths--) next += 8 + body.readUInt16LE(next + 2) * 24;
  return next;
}

/** The bits of the colours in a pixel. */
function findVisual(body: Buffer, at: number, id: number): { red: number; green: number; blue: number } {
  const end = skipScreen(body, at);
  let depth = at + 40;
  while (depth < end) {
    const count = body.readUInt16LE(depth + 2);
    for (let i = 0; i < count; i++) {
      const visual = depth + 8 + i * 24;
      if (body.readUInt32LE(visual) !== id) continue;
      const [red, green, blue] = [8, 12, 16].map((offset) => body.readUInt32LE(visual + offset)) as [
        number,
        number,
        number,
      ];
      return { red, green, blue };
    }
    depth += 8 + count * 24;
  }
  return { red: 0xff_00_00, green: 0xff_00, blue: 0xff };
}
