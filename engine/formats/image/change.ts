import { AppError } from '@casare/shared';
import type { Sharp } from 'sharp';
import { imageFault, openImage } from './open-image.ts';

export const imageFormats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

export interface ChangeImageInput {
  bytes: Uint8Array;
  what: string;
  format: ImageFormat;
  quality: number;
  crop?: { left: number; top: number; width: number; height: number };
  rotate: number;
  flip: 'none' | 'horizontal' | 'vertical';
  width?: number;
  height?: number;
  fit: 'inside' | 'cover' | 'contain' | 'fill';
  enlarge: boolean;
  grayscale: boolean;
  background: string;
  keepMetadata: boolean;
}

/** In this order: turned upright, cropped, turned, mirrored, sized, coloured. */
export async function changeImage(input: ChangeImageInput) {
  let picture = (await openImage(input.bytes, input.what)).autoOrient();
  try {
    if (input.crop) picture = await crop(picture, input.crop, input.what);
    // Each further step begins with the pixels of the one before, so that they follow one another as they are written.
    if (input.rotate !== 0) picture = await settled(picture.rotate(input.rotate, { background: input.background }));
    if (input.flip === 'horizontal') picture = picture.flop();
    if (input.flip === 'vertical') picture = picture.flip();
    if (input.width !== undefined || input.height !== undefined)
      picture = picture.resize({
        width: input.width,
        height: input.height,
        fit: input.fit,
        withoutEnlargement: !input.enlarge,
        background: input.background,
      });
    if (input.grayscale) picture = picture.grayscale();
    if (input.format === 'jpeg') picture = picture.flatten({ background: input.background });
    if (input.keepMetadata) picture = picture.keepMetadata();
    const { data, info } = await encode(picture, input).toBuffer({ resolveWithObject: true });
    return { bytes: new Uint8Array(data), width: info.width, height: info.height, format: input.format };
  } catch (error) {
    throw imageFault(error, input.what);
  }
}

async function crop(picture: Sharp, area: NonNullable<ChangeImageInput['crop']>, what: string): Promise<Sharp> {
  const upright = await settled(picture);
  const { width, height } = await upright.metadata();
  if (area.left + area.width > width || area.top + area.height > height)
    throw new AppError(
      'PARAMS_INVALID',
      `The part to keep (${area.left}, ${area.top}, ${area.width} × ${area.height}) reaches beyond ${what}, which has ${width} × ${height} pixels. Make it smaller.`,
    );
  return await settled(upright.extract(area));
}

async function settled(picture: Sharp): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(await picture.png({ compressionLevel: 1 }).toBuffer());
}

function encode(picture: Sharp, { format, quality }: ChangeImageInput): Sharp {
  switch (format) {
    case 'png':
      return picture.png({ compressionLevel: 9, ...(quality < 100 ? { palette: true, quality } : {}) });
    case 'jpeg':
      return picture.jpeg({ quality, mozjpeg: true });
    case 'webp':
      return picture.webp({ quality, lossless: quality === 100 });
    case 'gif':
      return picture.gif();
    case 'tiff':
      return picture.tiff({ quality, compression: 'lzw' });
    case 'avif':
      return picture.avif({ quality });
  }
}
