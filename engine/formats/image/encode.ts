/** A picture of a screen as the bytes of a file. */
export async function encodePicture({
  picture,
  format,
  quality,
}: {
  picture: { width: number; height: number; data: Uint8Array };
  format: 'png' | 'jpeg' | 'webp';
  quality: number;
}): Promise<{ bytes: Uint8Array }> {
  const { default: sharp } = await import('sharp');
  const { width, height, data } = picture;
  const raw = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
  const encoded = format === 'png' ? raw.png() : format === 'jpeg' ? raw.jpeg({ quality }) : raw.webp({ quality });
  return { bytes: new Uint8Array(await encoded.toBuffer()) };
}
