import { AppError } from '@casare/shared';
import type { Sharp } from 'sharp';

/** Pixels a picture may have: a scan of A2 at 600 dpi. Whoever names more in a few bytes wants the memory. */
const maxPixels = 150_000_000;

export async function openImage(bytes: Uint8Array, what: string): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // SVG may name other files and has no pixels of its own; it is no picture here.
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('utf8');
  if (/<svg|<!DOCTYPE/i.test(start))
    throw new AppError('DATA_FORMAT', `${what} is SVG, which is refused for safety. Save it as PNG.`);
  const picture = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', unlimited: false });
  try {
    await picture.metadata();
    return picture;
  } catch (error) {
    throw imageFault(error, what);
  }
}

export function imageFault(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const { message } = error as Error;
  return /pixel limit|too large|exceeds/i.test(message)
    ? new AppError(
        'PAYLOAD_TOO_LARGE',
        `${what} has more than ${maxPixels / 1e6} million pixels. Make it smaller first.`,
        { cause: error },
      )
    : new AppError(
        'DATA_FORMAT',
        `${what} cannot be read as a picture: ${message.slice(0, 200)}. Use PNG, JPEG, WebP, GIF or TIFF.`,
        { cause: error },
      );
}
