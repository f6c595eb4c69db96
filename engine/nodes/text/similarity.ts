/** 0 (nothing in common) to 1 (equal). */
export const similarity = {
  /** Share of letters that need not be changed, added or removed. */
  typing(a: string, b: string): number {
    const longest = Math.max(a.length, b.length);
    return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
  },
  /** Share of words both have, counted as often as they stand there. */
  words(a: string, b: string): number {
    const [left, right] = [wordsOf(a), wordsOf(b)];
    if (left.length + right.length === 0) return 1;
    const open = [...right];
    const shared = left.filter((word) => {
      const at = open.indexOf(word);
      if (at !== -1) open.splice(at, 1);
      return at !== -1;
    });
    return (2 * shared.length) / (left.length + right.length);
  },
};

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Levenshtein distance with one row of memory. */
function editDistance(a: string, b: string): number {
  const row = Uint16Array.from({ length: b.length + 1 }, (_none, i) => i);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0] as number;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      const cost = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      row[j] = Math.min(above + 1, (row[j - 1] as number) + 1, diagonal + cost);
      diagonal = above;
    }
  }
  return row[b.length] as number;
}
