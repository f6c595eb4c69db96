import { openImage } from './open-image.ts';

export async function describeImage({ bytes, what }: { bytes: Uint8Array; what: string }) {
  const { width, height, format, channels, hasAlpha, density, pages, orientation, space } = await (
    await openImage(bytes, what)
  ).metadata();
  const isTurned = orientation !== undefined && orientation >= 5;
  return {
    width: (isTurned ? height : width) ?? 0,
    height: (isTurned ? width : height) ?? 0,
    format: format ?? 'unknown',
    channels: channels ?? 0,
    hasAlpha: hasAlpha === true,
    dpi: density ?? null,
    frames: pages ?? 1,
    colors: space ?? 'unknown',
  };
}
