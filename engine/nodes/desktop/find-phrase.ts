import type { Place } from './place.ts';

interface Word {
  text: string;
  confidence: number;
  x: number;
  y: number;
  width: number;
  height: number;
  line: number;
}

/** Where a phrase stands among words that were read: words of one line, one after the other. */
export function findPhrase(
  words: readonly Word[],
  phrase: string,
  { similarity, matchCase }: { similarity: number; matchCase: boolean },
): Place[] {
  const plain = (text: string) => simplify(matchCase ? text : text.toLowerCase());
  const wanted = plain(phrase);
  // Spaces are lost and found between letters, so words are compared as one string.
  const target = wanted.replaceAll(' ', '');
  if (target === '') return [];
  const mostWords = wanted.split(' ').length + 2;
  const found: (Place & { first: number; last: number })[] = [];
  for (let first = 0; first < words.length; first++) {
    let text = '';
    for (let last = first; last < Math.min(words.length, first + mostWords); last++) {
      const word = words[last] as Word;
      if (word.line !== words[first]?.line) break;
      text += plain(word.text).replaceAll(' ', '');
      const score = likeness(text, target);
      if (score >= similarity) found.push({ ...boxOf(words.slice(first, last + 1)), score, first, last });
    }
  }
  // Of those that share words, the one that fits best.
  const best = found.toSorted((a, b) => b.score - a.score || a.last - a.first - (b.last - b.first));
  const kept: typeof found = [];
  for (const one of best) if (kept.every(({ first, last }) => last < one.first || first > one.last)) kept.push(one);
  return kept.map(({ first: _first, last: _last, ...place }) => place);
}

/** Without marks at the ends of words, which are often misread, unless there is nothing else. */
function simplify(text: string): string {
  const bare = text
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word)
    .join(' ')
    .trim();
  return bare;
}

function boxOf(words: readonly Word[]) {
  const x = Math.min(...words.map((word) => word.x));
  const y = Math.min(...words.map((word) => word.y));
  const right = Math.max(...words.map((word) => word.x + word.width));
  const bottom = Math.max(...words.map((word) => word.y + word.height));
  const text = words.map((word) => word.text).join(' ');
  return { x, y, width: right - x, height: bottom - y, text };
}

/** 1: the same; less by the share of letters that must change (Levenshtein). */
function likeness(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > Math.max(a.length, b.length) / 2) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return 1 - (row[b.length] as number) / Math.max(a.length, b.length);
}
