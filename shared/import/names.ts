/** Gives out names that were not given out before, readable ones: `Fetch orders` becomes `fetchOrders`, the next one `fetchOrders2`. */
export interface NameGiver {
  give(text: string, fallback: string): string;
}

export function createNameGiver(taken: Iterable<string> = []): NameGiver {
  const given = new Set<string>(taken);
  return {
    give(text, fallback) {
      const base = identifierOf(text) || fallback;
      let name = base;
      for (let n = 2; given.has(name); n++) name = `${base}${n}`;
      given.add(name);
      return name;
    },
  };
}

/** A name that needs no brackets in an expression, at most 48 characters, so that a number still fits behind it. */
function identifierOf(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .replaceAll(/[̀-ͯ]/g, '')
      .match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .slice(0, 12)
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('')
    .slice(0, 48);
  if (joined === '' || RESERVED.has(joined)) return joined === '' ? '' : `${joined}Step`;
  return /^\d/.test(joined) ? `n${joined}` : joined;
}

const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** Id of a document: small letters, digits and dashes. */
export function documentIdOf(text: string, fallback: string): string {
  const id = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return id || fallback;
}

/** The id, or with a number behind it when it is taken. */
export function freeId(id: string, taken: readonly string[]): string {
  let free = id;
  for (let n = 2; taken.includes(free); n++) free = `${id.slice(0, 58)}-${n}`;
  return free;
}
