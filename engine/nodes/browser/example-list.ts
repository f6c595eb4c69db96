import type { PageKit } from './healing/page-kit.ts';

export interface FoundList {
  rows: Record<string, string | null>[];
  fields: { name: string; sample: string; filled: number }[];
  /** CSS of the entries where it fits exactly these, for "Read list"; empty otherwise. */
  selector: string;
}

export interface ListWish {
  examples: string[];
  maxRows: number;
}

/**
 * Runs in the page: the list that an entry belongs to, and its fields, from examples of what stands in it. Goes up from the examples and
 * takes the level where most is repeated: entries that look alike, counted by the fields they have.
 */
export function findExampleList(kit: PageKit, hint: Element, wish: ListWish): FoundList | { missing: string } {
  const { clean, textIn, looksMade } = kit;
  const steadyClasses = (element: Element) => [...element.classList].filter((name) => !looksMade(name));
  const inline = /^(b|i|em|strong|mark|sub|sup|br|small|u|s|wbr|font)$/i;
  const skipped = /^(script|style|template|noscript|option|svg|head)$/i;

  function findText(wanted: string): Element[] {
    const text = clean(wanted).toLowerCase();
    let exact: Element[] = [];
    let partial: Element[] = [];
    for (const element of kit.everyElement()) {
      if (skipped.test(element.tagName) || !kit.isSeen(element)) continue;
      const own = textIn(element).toLowerCase();
      if (own === text) exact.push(element);
      else if (own.includes(text)) partial.push(element);
    }
    const deepest = (all: Element[]) => all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
    exact = deepest(exact);
    partial = deepest(partial);
    return exact.length > 0 ? exact : partial;
  }

  /** Ways from an entry down to what is in it, as tags and classes. */
  function shape(element: Element): Set<string> {
    const ways = new Set<string>();
    const walk = (each: Element, way: string, depth: number) => {
      for (const child of each.children) {
        if (skipped.test(child.tagName) || inline.test(child.tagName)) continue;
        const next = `${way}/${child.tagName}`;
        ways.add(next);
        for (const name of steadyClasses(child)) ways.add(`${next}.${name}`);
        if (depth < 4) walk(child, next, depth + 1);
      }
    };
    walk(element, '', 0);
    return ways;
  }

  function isAlike(a: Element, b: Element): boolean {
    if (a.tagName !== b.tagName) return false;
    const [x, y] = [shape(a), shape(b)];
    if (x.size === 0 && y.size === 0) {
      const [mine, theirs] = [steadyClasses(a), steadyClasses(b)];
      return mine.length === 0 || theirs.length === 0 || mine.some((name) => theirs.includes(name));
    }
    const shared = [...x].filter((way) => y.has(way)).length;
    return shared / (x.size + y.size - shared) >= 0.4;
  }

  const isHeaderRow = (element: Element) =>
    element.tagName === 'TR' &&
    element.children.length > 0 &&
    [...element.children].every((cell) => cell.tagName === 'TH');

  /** An entry is one element, or several that follow one another (a title and its text beside it). */
  type Entry = Element[];

  function entriesAt(element: Element): Entry[] {
    const parent = element.parentElement;
    // A cell is a field of its row, however many there are of it.
    if (!parent || element === document.body || /^T[DH]$/.test(element.tagName)) return [];
    const isOneField = valuesOf([element]).length < 2;
    const alike = (one: Element) => one === element || (!isHeaderRow(one) && isAlike(one, element));
    const siblings = [...parent.children].filter((one) => !skipped.test(one.tagName));
    const own = siblings.filter(alike);
    if (own.length < 2 && !isOneField) {
      // Rows of a grid: its like stands in the rows beside.
      const rows = parent.parentElement ? [...parent.parentElement.children].filter((row) => isAlike(row, parent)) : [];
      const cousins = rows.flatMap((row) => [...row.children].filter(alike));
      return cousins.length > own.length ? cousins.map((one) => [one]) : [];
    }
    const gaps = own.slice(1).map((one, i) => siblings.indexOf(one) - siblings.indexOf(own[i] as Element));
    const period = Math.max(...gaps);
    const isRegular = period > 1 && period <= 6 && gaps.filter((gap) => gap === period).length >= gaps.length * 0.6;
    if (isRegular) {
      const cycle = siblings
        .slice(siblings.indexOf(own[0] as Element), siblings.indexOf(own[1] as Element))
        .map((one) => one.tagName);
      const start = siblings.findIndex((one, i) => cycle.includes(one.tagName) && siblings.length - i >= period);
      const first = siblings[start]?.tagName;
      const grouped: Entry[] = [];
      for (const one of siblings.slice(start)) {
        if (one.tagName === first) grouped.push([one]);
        else grouped.at(-1)?.push(one);
      }
      return grouped;
    }
    const rows = parent.parentElement ? [...parent.parentElement.children].filter((row) => isAlike(row, parent)) : [];
    const grid = !isOneField && rows.length > 1 && rows.every((row) => [...row.children].some(alike));
    return (grid ? rows.flatMap((row) => [...row.children].filter(alike)) : own).map((one) => [one]);
  }

  interface Value {
    key: string;
    name: string;
    value: string;
    element: Element;
  }

  function nameOf(element: Element, entry: Entry): string {
    const given =
      element.getAttribute('itemprop') || element.getAttribute('data-field') || element.getAttribute('data-label');
    if (given) return given;
    if (element.tagName === 'TD' || element.tagName === 'TH') {
      const index = (element as HTMLTableCellElement).cellIndex;
      const table = element.closest('table');
      const titles = table ? [...table.rows].find(isHeaderRow) : undefined;
      const title = clean(titles?.cells[index]?.textContent);
      return title === '' ? `column${index + 1}` : title;
    }
    for (let each: Element | null = element; each && !entry.includes(each); each = each.parentElement) {
      const part = steadyClasses(each)[0]?.split('__').at(-1);
      if (part) return part;
      if (/^H[1-6]$/.test(each.tagName)) return 'title';
      if (each.tagName === 'TIME') return 'date';
      const cell: Element | null = each.closest('td');
      if (cell && entry.some((one) => one.contains(cell)) && cell !== each) return nameOf(cell, entry);
    }
    if (entry.length > 1) return element.tagName === 'DT' || /^H\d$/.test(element.tagName) ? 'title' : 'text';
    return element.tagName === 'A' ? 'title' : 'text';
  }

  function valuesOf(entry: Entry): Value[] {
    const values: Value[] = [];
    const counts = new Map<string, number>();
    const add = (way: string, kind: string, name: string, value: string, element: Element) => {
      if (value === '') return;
      const n = counts.get(way + kind) ?? 0;
      counts.set(way + kind, n + 1);
      values.push({ key: `${way}${kind} ${n}`, name, value, element });
    };
    const walk = (element: Element, way: string) => {
      if (skipped.test(element.tagName)) return;
      const name = () => nameOf(element, entry);
      const children = [...element.children].filter(
        (child) => !inline.test(child.tagName) || child.classList.length > 0,
      );
      const direct = clean(
        [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.nodeValue)
          .join(' '),
      );
      const hasOwn = direct !== '' || (children.length === 0 && textIn(element) !== '');
      if (hasOwn)
        add(way, 'text', name(), children.some((child) => textIn(child) !== '') ? direct : textIn(element), element);
      if (element instanceof HTMLAnchorElement && element.href !== '')
        add(way, 'href', `${name()}Link`, element.href, element);
      if (element instanceof HTMLImageElement) add(way, 'src', 'image', element.currentSrc || element.src, element);
      for (const child of children) {
        const mark = steadyClasses(child)[0];
        walk(child, `${way}/${child.tagName}${mark ? `.${mark}` : ''}`);
      }
    };
    for (const [i, part] of entry.entries()) walk(part, entry.length > 1 ? `${i}:${part.tagName}` : '');
    return values;
  }

  const found = wish.examples.map((example) => ({ example, places: findText(example) }));
  const missing = found.find(({ places }) => places.length === 0);
  if (missing) return { missing: missing.example };
  const starts = hint === document.documentElement ? (found[0]?.places ?? []) : [hint];
  let best: { entries: Entry[]; score: number } | undefined;
  for (const start of starts.slice(0, 20)) {
    for (let each: Element | null = start; each && each !== document.body; each = each.parentElement) {
      const entries = entriesAt(each);
      if (entries.length < 2) continue;
      const holdsAll = found.every(({ places }) =>
        places.some((place) => entries.some((entry) => entry.some((part) => part.contains(place)))),
      );
      if (!holdsAll) continue;
      const holding = entries.find((entry) => entry.some((part) => part.contains(start))) ?? entries[0] ?? [];
      // Many small entries are a list sooner than few large ones, which are its groups.
      const score = entries.length ** 1.5 * Math.min(valuesOf(holding).length, 8);
      if (!best || score > best.score) best = { entries, score };
    }
  }
  if (!best) return { rows: [], fields: [], selector: '' };

  const entries = best.entries.slice(0, wish.maxRows);
  const perEntry = entries.map(valuesOf);
  const columns = new Map<string, { name: string; sample: string; filled: number; isExample: boolean }>();
  const wanted = new Set(wish.examples.map((example) => clean(example).toLowerCase()));
  for (const values of perEntry) {
    for (const { key, name, value } of values) {
      const column = columns.get(key) ?? { name, sample: value, filled: 0, isExample: false };
      column.filled += 1;
      column.isExample ||= wanted.has(value.toLowerCase());
      columns.set(key, column);
    }
  }
  // What stands in hardly any entry is no field of the list, unless a person asked for it.
  const kept = [...columns].filter(
    ([, { filled, isExample }]) =>
      isExample || (filled >= Math.min(2, entries.length) && filled >= entries.length * 0.2),
  );
  const names = new Map<string, string>();
  for (const [key, { name }] of kept) {
    const base = name === '' || name in Object.prototype ? 'text' : name.slice(0, 100);
    let unique = base;
    for (let n = 2; [...names.values()].includes(unique); n++) unique = `${base}${n}`;
    names.set(key, unique);
  }
  const rows = perEntry.map((values) => {
    const byKey = new Map(values.map(({ key, value }) => [key, value]));
    return Object.fromEntries(kept.map(([key]) => [names.get(key) ?? key, byKey.get(key) ?? null]));
  });
  const fields = kept.map(([key, { sample, filled }]) => ({
    name: names.get(key) ?? key,
    sample: sample.slice(0, 200),
    filled,
  }));
  return { rows, fields, selector: selectorOfAll(best.entries) };

  function selectorOfAll(all: Entry[]): string {
    const ones = all.map(([only]) => only).filter((one) => one !== undefined);
    const [first] = ones;
    if (!first || all.some((entry) => entry.length > 1)) return '';
    const tag = first.tagName.toLowerCase();
    const shared = steadyClasses(first).filter((name) => ones.every((one) => one.classList.contains(name)));
    const own = tag + shared.map((name) => `.${CSS.escape(name)}`).join('');
    const parent = first.parentElement;
    const around = parent ? kit.selectorsOf(parent).filter((selector) => !/^role=| >> /.test(selector)) : [];
    for (const selector of [
      own,
      ...around.map((outer) => `${outer} > ${own}`),
      ...around.map((outer) => `${outer} > ${tag}`),
    ]) {
      const matched = [...document.querySelectorAll(selector)];
      if (matched.length === ones.length && matched.every((one) => ones.includes(one))) return selector;
    }
    return '';
  }
}
