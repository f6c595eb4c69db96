const mask = '••••';

/** Shorter values would blank out ordinary words. */
const shortest = 6;

/** Hides secret values in what leaves a run: events, logs, messages. The journal keeps them, or a run could not be resumed. */
export interface Redactor {
  /** Remembers the texts in a secret value. */
  add(value: unknown): void;
  text(text: string): string;
  /** A copy with every text masked; the value itself when there is nothing to hide. */
  value<T>(value: T): T;
}

export function createRedactor(): Redactor {
  const secrets: string[] = [];

  function add(value: unknown): void {
    if (typeof value === 'string' && value.length >= shortest && !secrets.includes(value)) {
      secrets.push(value);
      // The longest first, so that a secret that contains another one goes as a whole.
      secrets.sort((a, b) => b.length - a.length);
    } else if (typeof value === 'number') add(String(value));
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(add);
  }

  function text(plain: string): string {
    let masked = plain;
    for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, mask);
    return masked;
  }

  function deep(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return text(String(value)) === String(value) ? value : mask;
    if (value === null || typeof value !== 'object' || depth > 200) return value;
    if (Array.isArray(value)) return value.map((item) => deep(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), deep(item, depth + 1)]));
  }

  return { add, text, value: (value) => (secrets.length === 0 ? value : (deep(value, 0) as typeof value)) };
}
