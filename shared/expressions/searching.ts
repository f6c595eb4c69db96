import { LIMITS, type Run, charge, chargeSearch, chargeText, checkItems, checkTextLength } from './limits.ts';

/** Plain-text search and replace with bounded cost; shared by the methods of texts and the functions over texts. */
export function splitText(run: Run, text: string, separator: string | undefined, limit: number): string[] {
  if (separator === undefined) return [text];
  chargeSearch(run, text.length, separator.length);
  const parts = text.split(separator, Math.min(limit, LIMITS.listItems + 1));
  charge(run, Math.floor(parts.length / 16));
  checkItems(parts.length);
  return parts;
}

export function replacePlain(run: Run, text: string, search: string, replacement: string, all: boolean): string {
  chargeSearch(run, text.length, search.length);
  if (search === '') return all ? replaceEverywhere(run, [...text], replacement) : replacement + text;
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  for (let at = text.indexOf(search); at >= 0; at = all ? text.indexOf(search, from) : -1) {
    charge(run, 0.25);
    length += at - from + replacement.length;
    checkTextLength(length);
    parts.push(text.slice(from, at), replacement);
    from = at + search.length;
  }
  checkTextLength(length + text.length - from);
  parts.push(text.slice(from));
  return parts.join('');
}

function replaceEverywhere(run: Run, characters: string[], replacement: string): string {
  charge(run, characters.length);
  checkTextLength((characters.length + 1) * replacement.length + characters.length);
  return replacement + characters.map((character) => character + replacement).join('');
}

/** `*` stands for any text, `?` for one character. Goes back to the last star only, so the cost is bounded and charged. */
export function matchesPattern(run: Run, text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let starAt = -1;
  let starText = 0;
  let steps = 0;
  while (t < text.length) {
    if ((++steps & 255) === 0) charge(run, 4);
    const wanted = pattern[p];
    if (wanted === '*') {
      starAt = p++;
      starText = t;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[t])) {
      p += 1;
      t += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      t = ++starText;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  chargeText(run, text.length);
  return p === pattern.length;
}

export function joinList(run: Run, texts: readonly string[], separator: string): string {
  charge(run, 1 + texts.length);
  let length = Math.max(0, texts.length - 1) * separator.length;
  for (const text of texts) length += text.length;
  checkTextLength(length);
  chargeText(run, length);
  return texts.join(separator);
}
