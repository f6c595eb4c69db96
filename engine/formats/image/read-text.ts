import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '@casare/shared';
import type { Sharp } from 'sharp';
import { imageFault, openImage } from './open-image.ts';

export interface ReadTextInput {
  /** A file, or a picture of a screen: four bytes per pixel. */
  source: { bytes: Uint8Array; what: string } | { width: number; height: number; data: Uint8Array };
  /** Codes of three letters, several joined by "+". */
  languages: string;
  layout: 'auto' | 'block' | 'line' | 'word' | 'sparse';
  /** How many times larger it is read than it is; 0: chosen by its size. */
  scale: number;
  /** Characters that may occur; empty: all. */
  characters: string;
}

export interface ReadWord {
  text: string;
  /** 0–1. */
  confidence: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Number of its line, from 0. */
  line: number;
}

const layouts = { auto: '3', block: '6', line: '7', word: '8', sparse: '11' } as const;
/** More would need gigabytes. */
const mostPixels = 40_000_000;

/** Reads the text of a picture with Tesseract; its data of the language lies in a package, nothing is loaded from elsewhere. */
export async function readPictureText({ source, languages, layout, scale, characters }: ReadTextInput) {
  const { createWorker, OEM } = await import('tesseract.js');
  const data = await Promise.all(languages.split('+').map(readLanguage));
  const { bytes, factor } = await prepare(source, scale);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const worker = await createWorker(data, OEM.LSTM_ONLY, {
    cacheMethod: 'none',
    errorHandler: (reason: unknown) => failed.reject(new Error(String(reason))),
  });
  try {
    const parameters = { tessedit_pageseg_mode: layouts[layout], tessedit_char_whitelist: characters };
    await worker.setParameters(parameters as never);
    const recognized = worker.recognize(bytes, {}, { text: true, blocks: true });
    const { data: page } = await Promise.race([recognized, failed.promise]);
    const lines = (page.blocks ?? []).flatMap(({ paragraphs }) => paragraphs.flatMap((paragraph) => paragraph.lines));
    const words = lines.flatMap((line, number) =>
      line.words.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }): ReadWord => {
        const [x, y] = [Math.round(x0 / factor), Math.round(y0 / factor)];
        const [width, height] = [Math.round(x1 / factor) - x, Math.round(y1 / factor) - y];
        return { text, confidence: Math.round(confidence) / 100, x, y, width, height, line: number };
      }),
    );
    return { text: page.text.trimEnd(), confidence: Math.round(page.confidence) / 100, words };
  } finally {
    await worker.terminate();
  }
}

/** Letters of screens are small: Tesseract wants them about 30 pixels high. */
async function prepare(source: ReadTextInput['source'], scale: number): Promise<{ bytes: Buffer; factor: number }> {
  const { default: sharp } = await import('sharp');
  const what = 'what' in source ? source.what : 'The picture';
  try {
    let picture: Sharp;
    if ('bytes' in source)
      picture = (await openImage(source.bytes, source.what)).autoOrient().flatten({ background: '#fff' });
    else picture = sharp(source.data, { raw: { width: source.width, height: source.height, channels: 4 } });
    const plain = await picture.greyscale().png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
    const { width, height } = plain.info;
    const pixels = width * height;
    const chosen = scale > 0 ? scale : pixels > 4_000_000 ? 1 : pixels > 700_000 ? 2 : 3;
    const factor = Math.min(chosen, Math.sqrt(mostPixels / pixels));
    const size = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
    const enlarged = sharp(plain.data).resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
    return { bytes: await enlarged.png({ compressionLevel: 1 }).toBuffer(), factor };
  } catch (error) {
    throw imageFault(error, what);
  }
}

async function readLanguage(code: string): Promise<{ code: string; data: Uint8Array }> {
  const require = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = dirname(require.resolve(`@tesseract.js-data/${code}/package.json`));
  } catch {
    throw new AppError(
      'DATA_FORMAT',
      `The data to read texts in the language "${code}" is not installed. Run "npm install @tesseract.js-data/${code}" where the program is installed, or choose "eng".`,
      { details: { language: code } },
    );
  }
  const packed = await readFile(join(folder, '4.0.0_best_int', `${code}.traineddata.gz`));
  return { code, data: await promisify(gunzip)(packed) };
}
