/** Values that APIs stumble over. */
const values: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  'nul \u0000 inside',
  'half a pair \ud800',
  '\u202e\u0007\u001b[31m',
  "'; drop table jobs; --",
  '${secrets.all}',
  '../../etc/passwd',
  '2035-13-45T99:99:99Z',
  'x'.repeat(70_000),
  [],
  [[[[[[[[]]]]]]]],
  {},
  { __proto__: { admin: true }, constructor: 1 },
  Array.from({ length: 2000 }, () => 1),
];

/** Repeatable numbers, 0 ≤ x < 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

export const hostileValue = (random: () => number): unknown => pick(values, random);

/** The value with something in it exchanged, taken out or added. */
export function spoil(value: unknown, random: () => number): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.15) return hostileValue(random);
  if (Array.isArray(value)) {
    const at = Math.floor(random() * value.length);
    return value.length === 0 ? [hostileValue(random)] : value.with(at, spoil(value[at], random));
  }
  const entries = Object.entries(value);
  const [name, inner] = entries.length > 0 ? pick(entries, random) : ['none', null];
  const how = random();
  if (how < 0.1) return { ...value, unknownField: hostileValue(random) };
  if (how < 0.2) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...value, [name]: spoil(inner, random) };
}
