/**
 * Whether a relative path fits one of the patterns in `*.pdf, reports/**`: `*` any signs of a name, `?` one, `**` any folders. A pattern without a
 * slash is matched against the name alone. Linear in the name for each star, so no pattern can hang a run.
 */
export function matchesPattern(relative: string, patterns: string): boolean {
  const path = relative.split('/');
  return patterns
    .split(/[,;]/)
    .map((pattern) => pattern.trim().replaceAll('\\', '/').replace(/^\.\//, ''))
    .filter((pattern) => pattern !== '')
    .some((pattern) =>
      pattern.includes('/') ? matchFolders(path, pattern.split('/')) : matchName(path.at(-1) ?? '', pattern),
    );
}

function matchFolders(path: readonly string[], pattern: readonly string[]): boolean {
  return matchSequence(path, pattern, '**', matchName);
}

function matchName(name: string, pattern: string): boolean {
  // Windows does not tell A.PDF from a.pdf, and people do not either.
  return matchSequence(
    [...name.toLowerCase()],
    [...pattern.toLowerCase()],
    '*',
    (sign, wanted) => wanted === '?' || sign === wanted,
  );
}

/** Greedy matching that goes back to the last star only. */
function matchSequence<Item>(
  items: readonly Item[],
  pattern: readonly Item[],
  star: Item,
  fits: (item: Item, wanted: Item) => boolean,
): boolean {
  let [i, p, starAt, resumeAt] = [0, 0, -1, 0];
  while (i < items.length) {
    if (pattern[p] === star && p < pattern.length) {
      starAt = p++;
      resumeAt = i;
    } else if (p < pattern.length && fits(items[i] as Item, pattern[p] as Item)) {
      i++;
      p++;
    } else if (starAt !== -1) {
      p = starAt + 1;
      i = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === star && p < pattern.length) p++;
  return p === pattern.length;
}
