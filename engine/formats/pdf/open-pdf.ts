import { AppError } from '@casare/shared';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { guardPdf } from './guard.ts';

export interface PdfSource {
  bytes: Uint8Array;
  /** Begins the sentence of an error: the path in quotation marks. */
  what: string;
  password?: string;
}

/** A PDF for reading: text, fields, pictures of its pages. */
export async function withPdf<Result>(
  { bytes, what, password }: PdfSource,
  work: (document: PDFDocumentProxy) => Promise<Result>,
): Promise<Result> {
  await guardPdf(bytes, what);
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const loading = getDocument({
    // It takes the bytes it is given away.
    data: new Uint8Array(bytes),
    password,
    verbosity: VerbosityLevel.ERRORS,
    standardFontDataUrl: join(folder, 'standard_fonts') + sep,
    cMapUrl: join(folder, 'cmaps') + sep,
    cMapPacked: true,
    wasmUrl: join(folder, 'wasm') + sep,
    iccUrl: join(folder, 'iccs') + sep,
    useSystemFonts: false,
    maxImageSize: 100_000_000,
    enableXfa: false,
  });
  try {
    return await work(await loading.promise);
  } catch (error) {
    throw readFault(error, what, password);
  } finally {
    await loading.destroy();
  }
}

function readFault(error: unknown, what: string, password: string | undefined): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (error.name === 'PasswordException')
    return new AppError(
      'FILE_ACCESS',
      password === undefined
        ? `${what} is protected by a password. Give it under "Password".`
        : `The password of ${what} is wrong. Correct it.`,
      { cause: error },
    );
  return new AppError(
    'DATA_FORMAT',
    `${what} cannot be read as PDF: ${error.message.slice(0, 300)}. Check the file, or print it into a new PDF.`,
    {
      cause: error,
    },
  );
}
