import { AppError } from '@casare/shared';
import { parsePages } from '../page-list.ts';
import { editPdf } from './edit-pdf.ts';
import type { PdfSource } from './open-pdf.ts';

export const stampPlaces = ['topLeft', 'top', 'topRight', 'center', 'bottomLeft', 'bottom', 'bottomRight'] as const;

export interface StampPdfInput extends PdfSource {
  text: string;
  pages: string;
  place: (typeof stampPlaces)[number];
  fontSize: number;
  color: string;
  opacity: number;
  /** Degrees against the clock. */
  angle: number;
}

/** A text over the pages; `{page}` and `{pages}` become their numbers. */
export async function stampPdf(input: StampPdfInput) {
  const { degrees, rgb, StandardFonts } = await import('pdf-lib');
  const document = await editPdf(input);
  const font = await document.embedFont(StandardFonts.HelveticaBold);
  const count = document.getPageCount();
  const wanted = parsePages(input.pages, count);
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(input.color.slice(at, at + 2), 16) / 255);
  for (const number of wanted) {
    const page = document.getPage(number - 1);
    const text = input.text.replaceAll('{page}', String(number)).replaceAll('{pages}', String(count));
    const { width, height } = page.getSize();
    let length: number;
    try {
      length = font.widthOfTextAtSize(text, input.fontSize);
    } catch (error) {
      throw new AppError(
        'DATA_FORMAT',
        `The text holds a sign that the fonts of every PDF reader lack: ${(error as Error).message.slice(0, 200)}. Replace it.`,
        {
          cause: error,
        },
      );
    }
    const turn = (input.angle * Math.PI) / 180;
    const [spanX, spanY] = [Math.cos(turn) * length, Math.sin(turn) * length];
    const margin = 24;
    const x = input.place.endsWith('Left')
      ? margin
      : input.place.endsWith('Right')
        ? width - margin - spanX
        : (width - spanX) / 2;
    const y = input.place.startsWith('top')
      ? height - margin - input.fontSize - Math.max(0, spanY)
      : input.place.startsWith('bottom')
        ? margin - Math.min(0, spanY)
        : (height - spanY) / 2;
    page.drawText(text, {
      x,
      y,
      size: input.fontSize,
      font,
      color: rgb(red ?? 0, green ?? 0, blue ?? 0),
      opacity: input.opacity,
      rotate: degrees(input.angle),
    });
  }
  return { bytes: await document.save(), pages: wanted.length };
}
