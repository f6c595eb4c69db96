import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '@casare/shared';
import type { Sharp } from 'sharp';
import type { Page } from 'tesseract.js';
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
  const codes = [...new Set(languages.split('+'))];
  return await withLanguages(codes, async (langPath) => {
    const { createWorker, OEM } = await import('tesseract.js');
    const { bytes, factor } = await prepare(source, scale);
    // Nothing is kept beside the program: the data is there already.
    const worker = await createWorker(codes.join('+'), OEM.LSTM_ONLY, { langPath, cacheMethod: 'none', gzip: true });
    try {
      const parameters = {
        tessedit_pageseg_mode: layouts[layout],
        tessedit_char_whitelist: characters,
        // Its guesses go to the error output.
        user_defined_dpi: '300',
      };
      await worker.setParameters(parameters as never);
      const { data } = await worker.recognize(bytes, {}, { text: true, blocks: true });
      return { text: data.text.trimEnd(), confidence: Math.round(data.confidence) / 100, words: wordsOf(data, factor) };
    } finally {
      await worker.terminate();
    }
  });
}

function wordsOf({ blocks }: Page, factor: number): ReadWord[] {
  const lines = (blocks ?? []).flatMap(({ paragraphs }) => paragraphs.flatMap((paragraph) => paragraph.lines));
  return lines.flatMap((line, number) =>
    line.words.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }): ReadWord => {
      const [x, y] = [Math.round(x0 / factor), Math.round(y0 / factor)];
      const [width, height] = [Math.round(x1 / factor) - x, Math.round(y1 / factor) - y];
      return { text, confidence: Math.round(confidence) / 100, x, y, width, height, line: number };
    }),
  );
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

/** The package with the data of a language; DATA_FORMAT when it is not installed. */
function languageFolder(code: string): string {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`@tesseract.js-data/${code}/package.json`)), '4.0.0_best_int');
  } catch {
    throw new AppError(
      'DATA_FORMAT',
      `The data to read texts in the language "${code}" is not installed. Run "npm install @tesseract.js-data/${code}" where the program is installed, or choose "eng".`,
      { details: { language: code } },
    );
  }
}

/** Tesseract looks for all its languages in one folder: for several, one is made for the time of the work. */
async function withLanguages<Result>(
  codes: readonly string[],
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folders = codes.map(languageFolder);
  if (folders.length === 1) return work(folders[0] as string);
  const folder = await mkdtemp(join(tmpdir(), 'casare-languages-'));
  try {
    const fileOf = (i: number) => `${codes[i]}.traineddata.gz`;
    await Promise.all(folders.map((from, i) => copyFile(join(from, fileOf(i)), join(folder, fileOf(i)))));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
