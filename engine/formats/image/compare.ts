import { AppError } from '@casare/shared';
import { imageFault, openImage } from './open-image.ts';

export interface CompareImagesInput {
  a: { bytes: Uint8Array; what: string };
  b: { bytes: Uint8Array; what: string };
  /** 0–1: how different two pixels may be. */
  threshold: number;
  resize: boolean;
  withPicture: boolean;
}

/** Pixel by pixel as the eye sees colours; smoothed edges do not count. */
export async function compareImages({ a, b, threshold, resize, withPicture }: CompareImagesInput) {
  const { default: pixelmatch } = await import('pixelmatch');
  const first = await pixelsOf(a);
  const { width, height } = first;
  const other = await pixelsOf(b, resize ? { width, height } : undefined);
  if (other.width !== width || other.height !== height)
    throw new AppError(
      'DATA_FORMAT',
      `${a.what} has ${width} × ${height} pixels and ${b.what} ${other.width} × ${other.height}. Switch on "Bring to the same size", or crop one.`,
    );
  const difference = withPicture ? new Uint8Array(width * height * 4) : undefined;
  const different = pixelmatch(first.data, other.data, difference as never, width, height, { threshold });
  const total = width * height;
  const picture = difference ? await toPng(difference, width, height) : undefined;
  return {
    different,
    total,
    similarity: Math.round((1 - different / total) * 1e6) / 1e6,
    width,
    height,
    ...(picture === undefined ? {} : { bytes: picture }),
  };
}

async function pixelsOf(
  { bytes, what }: { bytes: Uint8Array; what: string },
  size?: { width: number; height: number },
) {
  try {
    const picture = (await openImage(bytes, what)).autoOrient();
    const sized = size ? picture.resize({ ...size, fit: 'fill' }) : picture;
    const { data, info } = await sized.ensureAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data), width: info.width, height: info.height };
  } catch (error) {
    throw imageFault(error, what);
  }
}

async function toPng(pixels: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return new Uint8Array(
    await sharp(pixels, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
}
