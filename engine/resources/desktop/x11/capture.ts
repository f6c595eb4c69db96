import { AppError } from '@casare/shared';
import type { DesktopArea, Picture } from '../../desktop.ts';
import type { XConnection } from './connection.ts';
import { words } from './requests.ts';

/** What stands on the screen; what lies outside of it is cut off. */
export async function capture(x: XConnection, area?: DesktopArea): Promise<Picture> {
  const screen = await screenSize(x);
  const left = Math.max(0, Math.floor(area?.x ?? 0));
  const top = Math.max(0, Math.floor(area?.y ?? 0));
  const width = Math.min(screen.width, Math.ceil(area ? area.x + area.width : screen.width)) - left;
  const height = Math.min(screen.height, Math.ceil(area ? area.y + area.height : screen.height)) - top;
  if (width < 1 || height < 1)
    throw new AppError(
      'DESKTOP_FAILED',
      `That place lies outside of the screen of ${screen.width} × ${screen.height} pixels. Choose another one.`,
      { details: { area, screen } },
    );
  const place = Buffer.alloc(8);
  place.writeInt16LE(left, 0);
  place.writeInt16LE(top, 2);
  place.writeUInt16LE(width, 4);
  place.writeUInt16LE(height, 6);
  const reply = await x.ask({ opcode: 73, data: 2, body: Buffer.concat([words(x.root), place, words(0xff_ff_ff_ff)]) });
  if (!reply) throw new AppError('DESKTOP_FAILED', 'The display gives no picture of its screen. Is it locked?');
  return { width, height, data: toColors(reply.subarray(32), width, height, x.pixels) };
}

/** Screens are turned and resized while programs run, so it is asked each time. */
export async function screenSize(x: XConnection): Promise<{ width: number; height: number }> {
  const geometry = await x.ask({ opcode: 14, body: words(x.root) });
  return { width: geometry?.readUInt16LE(16) ?? x.width, height: geometry?.readUInt16LE(18) ?? x.height };
}

function toColors(pixels: Buffer, width: number, height: number, layout: XConnection['pixels']): Uint8Array {
  const { bytes, padding, bigEndian, red, green, blue } = layout;
  const lineBytes = Math.ceil((width * bytes * 8) / padding) * (padding / 8);
  const colors = new Uint8Array(width * height * 4);
  const channels = [red, green, blue].map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, max: mask >>> shift || 1 };
  });
  const [r, g, b] = channels as [(typeof channels)[0], (typeof channels)[0], (typeof channels)[0]];
  const isPlain = bytes === 4 && !bigEndian && red === 0xff_00_00 && green === 0xff_00 && blue === 0xff;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const from = y * lineBytes + x * bytes;
      if (isPlain) {
        colors[at] = pixels[from + 2] as number;
        colors[at + 1] = pixels[from + 1] as number;
        colors[at + 2] = pixels[from] as number;
      } else {
        const value = bigEndian ? pixels.readUIntBE(from, bytes) : pixels.readUIntLE(from, bytes);
        colors[at] = (((value >>> r.shift) & r.max) * 255) / r.max;
        colors[at + 1] = (((value >>> g.shift) & g.max) * 255) / g.max;
        colors[at + 2] = (((value >>> b.shift) & b.max) * 255) / b.max;
      }
      colors[at + 3] = 255;
    }
  }
  return colors;
}
