import { AppError } from '@casare/shared';
import type { PDFDocument, PDFFont } from 'pdf-lib';
import { openImage } from '../image/open-image.ts';

export const paperSizes = {
  A4: [595.28, 841.89],
  A5: [419.53, 595.28],
  A3: [841.89, 1190.55],
  letter: [612, 792],
} as const;

export interface MakePdfInput {
  text: string;
  images: { bytes: Uint8Array; what: string }[];
  paper: keyof typeof paperSizes | 'image';
  landscape: boolean;
  fontSize: number;
  margin: number;
  title: string;
}

/** The text first, then one page per picture. */
export async function makePdf(input: MakePdfInput) {
  const { PDFDocument, StandardFonts } = await import('pdf-lib');
  const document = await PDFDocument.create();
  if (input.title !== '') document.setTitle(input.title);
  if (input.text !== '') addText(document, await document.embedFont(StandardFonts.Helvetica), input);
  for (const image of input.images) await addImage(document, image, input);
  return { bytes: await document.save(), pageCount: document.getPageCount() };
}

function pageSize({ paper, landscape }: MakePdfInput): [number, number] {
  const [width, height] = paperSizes[paper === 'image' ? 'A4' : paper];
  return landscape ? [height, width] : [width, height];
}

function addText(document: PDFDocument, font: PDFFont, input: MakePdfInput): void {
  const { fontSize, margin } = input;
  const [width, height] = pageSize(input);
  const step = fontSize * 1.35;
  const perPage = Math.max(1, Math.floor((height - 2 * margin) / step));
  const lines = input.text
    .replaceAll('\t', '    ')
    .split(/\r\n|\r|\n/)
    .flatMap((line) => wrap(line, font, fontSize, width - 2 * margin));
  if (lines.length > 500_000)
    throw new AppError('PAYLOAD_TOO_LARGE', 'The text has more than 500,000 lines. Make several files.');
  for (let start = 0; start < lines.length; start += perPage) {
    const page = document.addPage([width, height]);
    for (const [i, line] of lines.slice(start, start + perPage).entries())
      page.drawText(line, { x: margin, y: height - margin - fontSize - i * step, size: fontSize, font });
  }
}

function wrap(line: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let rest = '';
  for (const word of line.split(/(?<= )/)) {
    if (measure(rest + word.trimEnd(), font, size) <= width) {
      rest += word;
      continue;
    }
    if (rest !== '') lines.push(rest.trimEnd());
    rest = '';
    // A word longer than a line is cut where the line ends.
    for (const sign of word) {
      if (rest !== '' && measure(rest + sign, font, size) > width) {
        lines.push(rest);
        rest = '';
      }
      rest += sign;
    }
  }
  return [...lines, rest.trimEnd()];
}

function measure(text: string, font: PDFFont, size: number): number {
  try {
    return font.widthOfTextAtSize(text, size);
  } catch (error) {
    throw new AppError(
      'DATA_FORMAT',
      `The text holds a sign that the fonts of every PDF reader lack: ${(error as Error).message.slice(0, 200)}. Replace it (see "Replace text").`,
      {
        cause: error,
      },
    );
  }
}

async function addImage(
  document: PDFDocument,
  image: { bytes: Uint8Array; what: string },
  input: MakePdfInput,
): Promise<void> {
  const picture = await openImage(image.bytes, image.what);
  const { format, width, height } = await picture.metadata();
  const isJpeg = format === 'jpeg';
  // Turned by its own mark first: a PDF knows no such mark.
  const bytes = isJpeg
    ? await picture.autoOrient().jpeg({ quality: 90 }).toBuffer()
    : await picture.autoOrient().png().toBuffer();
  const embedded = isJpeg ? await document.embedJpg(bytes) : await document.embedPng(bytes);
  if (input.paper === 'image') {
    // 96 pixels to the inch, as screens have it.
    const [w, h] = [embedded.width * 0.75, embedded.height * 0.75];
    document.addPage([w, h]).drawImage(embedded, { x: 0, y: 0, width: w, height: h });
    return;
  }
  const [pageWidth, pageHeight] = pageSize(input);
  const box = embedded.scaleToFit(
    Math.max(1, pageWidth - 2 * input.margin),
    Math.max(1, pageHeight - 2 * input.margin),
  );
  const fit = width * 0.75 < box.width && height * 0.75 < box.height ? embedded.scale(0.75) : box;
  document.addPage([pageWidth, pageHeight]).drawImage(embedded, {
    x: (pageWidth - fit.width) / 2,
    y: (pageHeight - fit.height) / 2,
    width: fit.width,
    height: fit.height,
  });
}
