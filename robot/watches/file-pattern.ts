/**
 * Whether a path, with forward slashes, fits a pattern: `*` stands for anything but a slash, `**` for anything (two stars and a slash also for no
 * folder at all), `?` for one character. A pattern without a slash is about the name alone. Takes time in proportion to both lengths, whatever is written.
 */
export function createPattern(pattern: string): (path: string) => boolean {
  const nameOnly = !pattern.includes('/');
  const parts = readParts(pattern.replaceAll('\\', '/'));
  return (path) => fits(parts, nameOnly ? path.slice(path.lastIndexOf('/') + 1) : path);
}

type Part =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'one' | 'name' | 'any' | 'folders' };

function readParts(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    if (pattern.startsWith('**/', at)) {
      parts.push({ kind: 'folders' });
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      parts.push({ kind: 'any' });
      at += 1;
    } else if (pattern[at] === '*') parts.push({ kind: 'name' });
    else if (pattern[at] === '?') parts.push({ kind: 'one' });
    else parts.push({ kind: 'character', text: pattern[at] ?? '' });
  }
  return parts;
}

/** Follows all places that can be reached at once. */
function fits(parts: readonly Part[], path: string): boolean {
  let reached = new Uint8Array(path.length + 1);
  reached[0] = 1;
  for (const part of parts) {
    const next = new Uint8Array(path.length + 1);
    let isOpen = false;
    for (let place = 0; place <= path.length; place++) {
      const character = path[place];
      if (part.kind === 'character' || part.kind === 'one') {
        const isEqual = part.kind === 'character' ? character === part.text : character !== '/';
        if (reached[place] === 1 && place < path.length && isEqual) next[place + 1] = 1;
        continue;
      }
      if (reached[place] === 1) {
        isOpen = true;
        next[place] = 1;
      }
      if (isOpen && (part.kind !== 'folders' || path[place - 1] === '/')) next[place] = 1;
      // The place before a slash is still reached, the one behind it is not.
      if (part.kind === 'name' && character === '/') isOpen = false;
    }
    reached = next;
  }
  return reached[path.length] === 1;
}
