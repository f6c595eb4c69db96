import type { PDFPageProxy } from 'pdfjs-dist';

export interface TextPiece {
  text: string;
  left: number;
  right: number;
}

/** Pieces of text on one height, from left to right. Heights grow downwards from the top of the page. */
export interface TextLine {
  top: number;
  size: number;
  pieces: TextPiece[];
}

interface Item {
  str: string;
  transform: number[];
  width: number;
  height: number;
}

const maxItems = 500_000;

/** The lines of a page as the eye sees them, whatever order the file writes them in. Turned text is left out. */
export async function readLines(page: PDFPageProxy): Promise<TextLine[]> {
  const { items } = await page.getTextContent({ disableNormalization: false });
  const pageTop = page.view[3] ?? 0;
  const found = (items.slice(0, maxItems) as Item[])
    .filter((item) => typeof item.str === 'string' && item.str.trim() !== '' && Math.abs(item.transform[1] ?? 0) < 0.01)
    .map(({ str, transform, width, height }) => {
      const size = height || Math.abs(transform[3] ?? 0) || 1;
      const left = transform[4] ?? 0;
      return { text: str, left, right: left + width, base: pageTop - (transform[5] ?? 0), size };
    })
    .sort((a, b) => a.base - b.base || a.left - b.left);
  const lines: (TextLine & { base: number })[] = [];
  for (const { text, left, right, base, size } of found) {
    const line = lines.at(-1);
    // Superscripts and small shifts belong to the line they stand in.
    if (line && base - line.base < Math.max(line.size, size) * 0.5) {
      line.pieces.push({ text, left, right });
      line.size = Math.max(line.size, size);
    } else lines.push({ base, top: base - size, size, pieces: [{ text, left, right }] });
  }
  return lines.map(({ top, size, pieces }) => ({ top, size, pieces: join(pieces, size) }));
}

/** Pieces without a gap between them are one; a gap of a word space is a space. */
function join(pieces: TextPiece[], size: number): TextPiece[] {
  const joined: TextPiece[] = [];
  for (const piece of pieces.toSorted((a, b) => a.left - b.left)) {
    const before = joined.at(-1);
    const gap = before ? piece.left - before.right : Number.POSITIVE_INFINITY;
    if (!before || gap > size * 0.75) {
      joined.push({ ...piece });
      continue;
    }
    const isApart = gap > size * 0.12 && !before.text.endsWith(' ') && !piece.text.startsWith(' ');
    before.text += (isApart ? ' ' : '') + piece.text;
    before.right = Math.max(before.right, piece.right);
  }
  return joined.map((piece) => ({ ...piece, text: piece.text.trim() })).filter(({ text }) => text !== '');
}
