/** Pieces of at most `size` characters, cut where a paragraph, line or sentence ends if there is such a place in the last third. */
export function splitText(text: string, size: number, overlap: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > size) {
    const window = text.slice(start, start + size);
    const end = start + cutOf(window);
    pieces.push(text.slice(start, end));
    start = Math.max(end - overlap, start + 1);
  }
  pieces.push(text.slice(start));
  return pieces.filter((piece) => piece.trim() !== '');
}

function cutOf(window: string): number {
  const earliest = Math.floor((window.length * 2) / 3);
  for (const mark of ['\n\n', '\n', '. ', ' ']) {
    const at = window.lastIndexOf(mark);
    if (at >= earliest) return at + mark.length;
  }
  // Never between the two halves of a character.
  const last = window.charCodeAt(window.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? window.length - 1 : window.length;
}
