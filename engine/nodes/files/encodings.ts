import { AppError } from '@casare/shared';
import { z } from 'zod';

export const encodings = ['utf-8', 'utf-8-bom', 'utf-16le', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

export const readEncodingField = z
  .enum(['auto', ...encodings])
  .default('auto')
  .meta({ title: 'Encoding', description: 'auto: by the mark at its start, else UTF-8.', 'x-advanced': true });

export const writeEncodingField = z
  .enum(encodings)
  .default('utf-8')
  .meta({ title: 'Encoding', description: 'utf-8-bom is what Excel expects.', 'x-advanced': true });

function createDecoder(encoding: Encoding | 'auto', start: Uint8Array): TextDecoder {
  return new TextDecoder(encoding === 'auto' ? detect(start) : encoding.replace('-bom', ''), { fatal: true });
}

function detect([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

export function decodeText(bytes: Uint8Array, encoding: Encoding | 'auto', path: string): string {
  try {
    return createDecoder(encoding, bytes).decode(bytes);
  } catch (error) {
    throw wrongEncoding(path, encoding, error);
  }
}

function wrongEncoding(path: string, encoding: string, cause: unknown): AppError {
  return new AppError(
    'DATA_FORMAT',
    `"${path}" is no text in the encoding ${encoding === 'auto' ? 'UTF-8' : encoding}. Choose another encoding, e.g. windows-1252.`,
    {
      details: { path, encoding },
      cause,
    },
  );
}

/** `isStart`: only the first part of a file gets the mark that names its encoding. */
export function encodeText(text: string, encoding: Encoding, isStart = true): Uint8Array {
  const mark = isStart ? '\ufeff' : '';
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8-bom':
      return Buffer.from(mark + text);
    case 'utf-16le':
      return Buffer.from(mark + text, 'utf16le');
    case 'windows-1252':
      return Buffer.from(Array.from(text, toWindows1252));
  }
}

/** The signs of windows-1252 that do not stand at their Unicode place. */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function toWindows1252(sign: string): number {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
  const at = high.indexOf(sign);
  if (at !== -1 && sign.length === 1) return 0x80 + at;
  throw new AppError('DATA_FORMAT', `The sign "${sign}" does not exist in windows-1252. Write the file as UTF-8.`);
}
