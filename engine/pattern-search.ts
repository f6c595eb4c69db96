/** Finds many patterns in one pass over a text (Aho–Corasick), whatever their number. */
export interface PatternSearch {
  readonly patterns: readonly string[];
  /**
   * Calls `found` with the place of the longest pattern that ends at each character. Gives how many characters at the end may be the beginning of a
   * pattern.
   */
  scan(text: string, found: (start: number, end: number) => void): number;
}

/** Characters below this are looked up in an array, the others in a map. */
const common = 256;

export function createPatternSearch(patterns: readonly string[]): PatternSearch {
  const letters = new Map<number, number>();
  const room = 1 + patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  for (const pattern of patterns) {
    for (let i = 0; i < pattern.length; i++) {
      const code = pattern.charCodeAt(i);
      if (!letters.has(code)) letters.set(code, letters.size + 1);
    }
  }
  const commonLetters = new Uint16Array(common);
  for (const [code, letter] of letters) if (code < common) commonLetters[code] = letter;
  const letterOf = (code: number) => (code < common ? commonLetters[code] : letters.get(code)) ?? 0;

  const edges = createEdges(room, letters.size + 1);
  const parents = new Int32Array(room);
  const entered = new Int32Array(room);
  const depths = new Int32Array(room);
  /** Length of the longest pattern that ends in a state. */
  const longest = new Int32Array(room);
  const fallbacks = new Int32Array(room);
  let states = 1;

  for (const pattern of patterns) {
    let state = 0;
    for (let i = 0; i < pattern.length; i++) {
      const letter = letterOf(pattern.charCodeAt(i));
      let next = edges.get(state, letter);
      if (next === 0) {
        next = states++;
        edges.set(state, letter, next);
        parents[next] = state;
        entered[next] = letter;
        depths[next] = i + 1;
      }
      state = next;
    }
    longest[state] = pattern.length;
  }
  // The shortest first: what a state falls back to is always nearer to the start.
  const order = Array.from({ length: states - 1 }, (_, i) => i + 1).sort((a, b) => depthOf(a) - depthOf(b));
  for (const state of order) {
    const parent = parents[state] as number;
    if (parent !== 0) fallbacks[state] = follow(fallbacks[parent] as number, entered[state] as number);
    if (longest[state] === 0) longest[state] = longest[fallbacks[state] as number] as number;
  }

  function depthOf(state: number): number {
    return depths[state] as number;
  }

  function follow(from: number, letter: number): number {
    let state = from;
    for (;;) {
      const next = edges.get(state, letter);
      if (next !== 0 || state === 0) return next;
      state = fallbacks[state] as number;
    }
  }

  return {
    patterns,
    scan(text, found) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const letter = letterOf(text.charCodeAt(i));
        if (letter === 0) {
          state = 0;
          continue;
        }
        state = follow(state, letter);
        const length = longest[state] as number;
        if (length > 0) found(i + 1 - length, i + 1);
      }
      return depthOf(state);
    },
  };
}

/** Edges of a trie in two flat arrays: a map per state would take ten times the memory. */
function createEdges(states: number, letters: number) {
  let size = 16;
  while (size < states * 2) size *= 2;
  const mask = size - 1;
  const keys = new Float64Array(size);
  const targets = new Int32Array(size);

  function place(key: number): number {
    let at = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) & mask;
    while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  return {
    /** 0: there is none; no edge leads back to the start. */
    get: (state: number, letter: number): number => targets[place(state * letters + letter)] as number,
    set(state: number, letter: number, target: number) {
      const at = place(state * letters + letter);
      keys[at] = state * letters + letter;
      targets[at] = target;
    },
  };
}
