import { createPatternSearch, type PatternSearch } from './pattern-search.ts';
import { formsOf, shortestSecret } from './secret-forms.ts';

const mask = '••••';
const deepest = 200;

/** Hides secret values, in every form in which they commonly appear, in what leaves a run: events, logs, results, journal rows. */
export interface Redactor {
  /** Whether there is anything to hide. */
  readonly active: boolean;
  /** Remembers the texts in a secret value; those shorter than six characters are not hidden. */
  add(value: unknown): void;
  text(text: string): string;
  /** With every text masked; the value itself when there is nothing to hide in it. */
  value<T>(value: T): T;
  /** For text that comes in pieces: a secret that is cut in two is found too. */
  stream(): RedactedStream;
}

/** `push` gives what can be shown so far and keeps back what may be the beginning of a secret; `end` gives the rest. */
export interface RedactedStream {
  push(chunk: string): string;
  end(): string;
}

type Place = [start: number, end: number];

export function createRedactor(): Redactor {
  const known = new Set<string>();
  /** Of falling size: a value that is added is merged with those of its size, so that many values cost no search each. */
  const searches: PatternSearch[] = [];
  let numbers = false;

  function add(value: unknown): void {
    if (typeof value === 'string') addText(value);
    else if (typeof value === 'number') addText(String(value));
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(add);
  }

  function addText(text: string): void {
    if (text.length < shortestSecret || known.has(text)) return;
    known.add(text);
    numbers ||= Number.isFinite(Number(text));
    let patterns = formsOf(text);
    for (let last = searches.at(-1); last !== undefined; last = searches.at(-1)) {
      if (last.patterns.length > patterns.length * 2) break;
      searches.pop();
      patterns = [...last.patterns, ...patterns];
    }
    searches.push(createPatternSearch(patterns));
  }

  /** Where secrets stand, in order and without overlaps; and how much of the end may be the beginning of one. */
  function look(text: string, places: Place[] = []): { places: Place[]; open: number } {
    let open = 0;
    for (const search of searches) {
      const rest = search.scan(text, (start, end) => places.push([start, end]));
      open = Math.max(open, rest);
    }
    return { places: places.length < 2 ? places : joined(places), open };
  }

  function text(plain: string): string {
    if (plain.length < shortestSecret || searches.length === 0) return plain;
    const { places } = look(plain);
    return places.length === 0 ? plain : covered(plain, places, plain.length);
  }

  function deep(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return numbers && text(String(value)) !== String(value) ? mask : value;
    if (value === null || typeof value !== 'object' || depth > deepest) return value;
    if (Array.isArray(value)) return list(value, depth);
    let copy: [string, unknown][] | undefined;
    const entries = Object.entries(value);
    for (const [i, [key, item]] of entries.entries()) {
      const shownKey = text(key);
      const shown = deep(item, depth + 1);
      if (copy === undefined && (shownKey !== key || shown !== item)) copy = entries.slice(0, i);
      copy?.push([shownKey, shown]);
    }
    return copy === undefined ? value : Object.fromEntries(copy);
  }

  function list(items: readonly unknown[], depth: number): unknown {
    let copy: unknown[] | undefined;
    for (const [i, item] of items.entries()) {
      const shown = deep(item, depth + 1);
      if (copy === undefined && shown !== item) copy = items.slice(0, i);
      copy?.push(shown);
    }
    return copy ?? items;
  }

  function stream(): RedactedStream {
    let held = '';
    /** So much of `held` belongs to a secret whose mask has been given already. */
    let masked = 0;
    return {
      push(chunk) {
        const whole = held + chunk;
        const { places, open } = look(whole, masked > 0 ? [[0, masked]] : []);
        const until = whole.length - open;
        const shown = covered(whole, places, until, masked > 0);
        held = whole.slice(until);
        const over = places.find(([start, end]) => start < until && end > until);
        masked = over === undefined ? 0 : over[1] - until;
        return shown;
      },
      end() {
        const { places } = look(held, masked > 0 ? [[0, masked]] : []);
        const shown = covered(held, places, held.length, masked > 0);
        held = '';
        masked = 0;
        return shown;
      },
    };
  }

  return {
    get active() {
      return searches.length > 0;
    },
    add,
    text,
    value: (value) => (searches.length === 0 ? value : (deep(value, 0) as typeof value)),
    stream,
  };
}

function joined(places: Place[]): Place[] {
  places.sort((a, b) => a[0] - b[0]);
  const [first, ...others] = places as [Place, ...Place[]];
  const result: Place[] = [[...first]];
  for (const [start, end] of others) {
    const last = result.at(-1) as Place;
    if (start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** The text up to `until` with a mask in each place; the first place has its mask already when `begun`. */
function covered(text: string, places: readonly Place[], until: number, begun = false): string {
  let shown = '';
  let at = 0;
  for (const [start, end] of places) {
    if (start >= until) break;
    shown += text.slice(at, start);
    if (!(begun && start === 0)) shown += mask;
    at = end;
  }
  return at < until ? shown + text.slice(at, until) : shown;
}
