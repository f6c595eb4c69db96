import { AppError } from '@casare/shared';
import type { Canvas } from '@napi-rs/canvas';
import type { DocumentHooks } from '../documents/hooks.ts';
import { parsePages } from '../page-list.ts';
import { type PdfSource, withPdf } from './open-pdf.ts';

export interface PdfImagesInput extends PdfSource {
  pages: string;
  dpi: number;
  format: 'png' | 'jpeg';
  quality: number;
}

/** A page of A3 at 600 dpi. */
const maxPixels = 70_000_000;

export async function renderPdf(input: PdfImagesInput, { progress }: DocumentHooks) {
  const { createCanvas } = await import('@napi-rs/canvas');
  return await withPdf(input, async (document) => {
    const wanted = parsePages(input.pages, document.numPages);
    if (wanted.length > 500)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `${wanted.length} pages are more than the 500 that one step makes into pictures. Give a list of pages.`,
      );
    const files: { bytes: Uint8Array; page: number; width: number; height: number }[] = [];
    for (const [i, number] of wanted.entries()) {
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: input.dpi / 72 });
      const [width, height] = [Math.ceil(viewport.width), Math.ceil(viewport.height)];
      if (width * height > maxPixels)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `Page ${number} would be a picture of ${width} × ${height} pixels. Choose fewer dpi.`,
        );
      const canvas: Canvas = createCanvas(width, height);
      // The library draws on what has the methods of a canvas; the types it names are those of a browser.
      await page.render({ canvas: canvas as never, viewport, background: '#ffffff' }).promise;
      const bytes = input.format === 'png' ? await canvas.encode('png') : await canvas.encode('jpeg', input.quality);
      files.push({ bytes: new Uint8Array(bytes), page: number, width, height });
      page.cleanup();
      progress((i + 1) / wanted.length);
    }
    return { files, pageCount: document.numPages };
  });
}
