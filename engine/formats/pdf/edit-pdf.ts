import { AppError } from '@casare/shared';
import type { PDFDocument } from 'pdf-lib';
import { guardPdf } from './guard.ts';
import type { PdfSource } from './open-pdf.ts';

/** A PDF to be changed or copied from. The library cannot open protected ones. */
export async function editPdf({ bytes, what }: PdfSource): Promise<PDFDocument> {
  await guardPdf(bytes, what);
  const { PDFDocument } = await import('pdf-lib');
  try {
    return await PDFDocument.load(bytes, { updateMetadata: false });
  } catch (error) {
    if (/encrypted/i.test((error as Error).message))
      throw new AppError(
        'FILE_ACCESS',
        `${what} is protected by a password and can only be read. Save it without the password first.`,
        {
          cause: error,
        },
      );
    throw new AppError(
      'DATA_FORMAT',
      `${what} cannot be read as PDF: ${(error as Error).message.slice(0, 300)}. Print it into a new PDF first.`,
      {
        cause: error,
      },
    );
  }
}
