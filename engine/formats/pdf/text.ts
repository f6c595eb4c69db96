import { AppError } from '@casare/shared';
import type { DocumentHooks } from '../documents/hooks.ts';
import { parsePages } from '../page-list.ts';
import { readLines, type TextLine } from './lines.ts';
import { type PdfSource, withPdf } from './open-pdf.ts';

export interface PdfTextInput extends PdfSource {
  pages: string;
  layout: boolean;
  separator: string;
}

const maxCharacters = 100_000_000;

export async function readPdfText(input: PdfTextInput, { progress }: DocumentHooks) {
  return await withPdf(input, async (document) => {
    const wanted = parsePages(input.pages, document.numPages);
    const pages: { page: number; text: string }[] = [];
    let length = 0;
    for (const [i, number] of wanted.entries()) {
      const page = await document.getPage(number);
      const lines = await readLines(page);
      const text = input.layout ? layOut(lines) : flow(lines);
      page.cleanup();
      length += text.length;
      if (length > maxCharacters)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `${input.what} holds more than 100 million characters. Read fewer pages.`,
        );
      pages.push({ page: number, text });
      progress((i + 1) / wanted.length);
    }
    const text = pages.map((page) => page.text).join(input.separator);
    return { text, pages, pageCount: document.numPages, hasText: /\S/.test(text) };
  });
}

/** Lines one after the other; a larger gap becomes an empty line. */
function flow(lines: readonly TextLine[]): string {
  return lines
    .map((line, i) => {
      const before = lines[i - 1];
      const isParagraph = before !== undefined && line.top - before.top > Math.max(line.size, before.size) * 1.9;
      return `${isParagraph ? '\n' : ''}${line.pieces.map(({ text }) => text).join(' ')}`;
    })
    .join('\n');
}

/** Every piece at the column where it stands on the page, as on a typewriter. */
function layOut(lines: readonly TextLine[]): string {
  const pieces = lines.flatMap((line) => line.pieces);
  const widths = pieces.map(({ text, left, right }) => (right - left) / text.length).filter((width) => width > 0);
  const unit = widths.toSorted((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 5;
  const margin = Math.min(...pieces.map(({ left }) => left));
  return lines
    .map((line, i) => {
      let text = '';
      for (const piece of line.pieces) {
        const column = Math.min(500, Math.round((piece.left - margin) / unit));
        text = text === '' ? ' '.repeat(column) : text.padEnd(Math.max(column, text.length + 1));
        text += piece.text;
      }
      const before = lines[i - 1];
      const gap = before ? Math.round((line.top - before.top) / (Math.max(line.size, before.size) * 1.2)) - 1 : 0;
      return '\n'.repeat(Math.min(5, Math.max(0, gap))) + text;
    })
    .join('\n');
}
