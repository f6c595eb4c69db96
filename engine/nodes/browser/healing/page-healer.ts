import type { SeenElement } from '@casare/shared';
import type { Marks, PageKit } from './page-kit.ts';

export interface Healed {
  element: Element | null;
  info: {
    tier: 1 | 2;
    score: number;
    /** Most stable first; whoever uses one has to check that it finds this element alone. */
    selectors: string[];
    /** Why nothing was chosen; absent where something was. */
    refusal?: string;
    candidates: { selector: string; text: string; score: number }[];
  };
}

type Anchor = NonNullable<SeenElement['anchors']>[number];

interface Rated {
  element: Element;
  marks: Marks;
  score: number;
}

/** Describes an element and finds a described one again. Sent to the page as source beside `pageKit`, so it uses nothing but that. */
export function pageHealer(kit: PageKit) {
  const { everyElement, marksOf, markOf, naming, between, landmarks, looksMade, roleOf, isSeen } = kit;
  const { pathOf, positionOf, neighboursOf, selectorsOf } = kit;
  const isComparable = (a: Marks, tag: string, role: string): boolean =>
    role !== '' ? a.role === role : a.tag === tag;

  function anchorsOf(element: Element, alike: Element[], marked: Map<string, Element | null>): Anchor[] {
    const anchors: Anchor[] = [];
    for (const [key, landmark] of marked) {
      if (!landmark || landmark.contains(element) || element.contains(landmark)) continue;
      const place = between(element, landmark);
      if (!place || place.up > 6 || place.down > 6) continue;
      // One that fits another such element as well tells nothing.
      const isShared = alike.some((other) => {
        const theirs = other === element ? null : between(other, landmark);
        return theirs !== null && Math.abs(theirs.up - place.up) + Math.abs(theirs.down - place.down) <= 1;
      });
      if (isShared) continue;
      const by = key.slice(0, key.indexOf(' ')) as Anchor['by'];
      anchors.push({
        tag: landmark.tagName.toLowerCase(),
        by,
        value: key.slice(by.length + 1, by.length + 200),
        ...place,
      });
    }
    return anchors.sort((a, b) => a.up + a.down - (b.up + b.down)).slice(0, 4);
  }

  function describe(element: Element): SeenElement {
    const all = everyElement();
    const marks = marksOf(element);
    const alike = all.filter((other) => other !== element).map((other) => ({ other, marks: marksOf(other) }));
    const comparable = alike.filter((each) => isComparable(each.marks, marks.tag, marks.role ?? ''));
    const unique = naming.filter((name) => {
      const mine = markOf(marks, name);
      return mine !== '' && !comparable.some((each) => markOf(each.marks, name) === mine);
    });
    const lookAlikes = comparable.filter((each) => each.marks.accessibleName === marks.accessibleName);
    const seen: SeenElement = {
      ...marks,
      position: positionOf(element),
      path: pathOf(element),
      neighbours: neighboursOf(element),
      unique: [...unique],
      anchors: anchorsOf(
        element,
        lookAlikes.map(({ other }) => other),
        landmarks(all),
      ),
    };
    const isEmpty = (value: unknown) =>
      value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
    return Object.fromEntries(Object.entries(seen).filter(([, value]) => !isEmpty(value))) as SeenElement;
  }

  /** 0–1; texts that only begin alike count for little. */
  function likeness(a: string, b: string): number {
    const [x, y] = [a.toLowerCase(), b.toLowerCase()];
    if (x === y) return 1;
    if (x === '' || y === '') return 0;
    let row = Array.from({ length: y.length + 1 }, (_, i) => i);
    for (let i = 1; i <= x.length; i++) {
      const next = [i];
      for (let j = 1; j <= y.length; j++) {
        const change = (row[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1);
        next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
      }
      row = next;
    }
    return (1 - (row[y.length] ?? 0) / Math.max(x.length, y.length)) ** 1.5;
  }

  function sharePath(a: string[], b: string[]): number {
    let row = Array.from({ length: b.length + 1 }, () => 0);
    for (const tag of a) {
      const next = [0];
      for (let j = 1; j <= b.length; j++) {
        next.push(tag === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0));
      }
      row = next;
    }
    return (row[b.length] ?? 0) / Math.max(a.length, b.length, 1);
  }

  /** Pairs of weight and likeness of what was recorded; a mark that was not recorded says nothing either way. */
  function compare(seen: SeenElement, marks: Marks): [number, number][] {
    const pairs: [number, number][] = [[0.3, seen.tag === marks.tag ? 1 : 0]];
    const exact = (was: string | undefined, is: string | undefined, weight: number) => {
      if (was) pairs.push([weight, was === is ? 1 : 0]);
    };
    const close = (was: string | undefined, is: string | undefined, weight: number) => {
      if (was) pairs.push([weight, likeness(was, is ?? '')]);
    };
    exact(seen.id, marks.id, looksMade(seen.id ?? '') ? 0.15 : 0.9);
    exact(seen.testId, marks.testId, 1.2);
    exact(seen.name, marks.name, 0.8);
    exact(seen.role, marks.role, 0.3);
    close(seen.accessibleName, marks.accessibleName, 1);
    close(seen.label, marks.label, 0.5);
    close(seen.placeholder, marks.placeholder, 0.5);
    close(seen.text, marks.text, 0.4);
    const classes = (seen.classes ?? []).filter((name) => !looksMade(name));
    if (classes.length > 0) {
      const now = (marks.classes ?? []).filter((name) => !looksMade(name));
      const shared = classes.filter((name) => now.includes(name)).length;
      pairs.push([0.4, shared / (classes.length + now.length - shared)]);
    }
    const names = Object.keys(seen.attributes ?? {});
    const same = names.filter((name) => seen.attributes?.[name] === marks.attributes?.[name]).length;
    if (names.length > 0) pairs.push([0.5, same / names.length]);
    return pairs;
  }

  const mean = (pairs: [number, number][]): number => {
    const total = pairs.reduce((sum, [weight]) => sum + weight, 0);
    return pairs.reduce((sum, [weight, value]) => sum + weight * value, 0) / Math.max(total, 0.01);
  };

  function withPlace(seen: SeenElement, element: Element, pairs: [number, number][]): [number, number][] {
    const all = [...pairs];
    if (seen.path) all.push([0.3, sharePath(seen.path, pathOf(element))]);
    if (seen.position) {
      const now = positionOf(element);
      all.push([0.2, 1 - Math.min(1, Math.hypot(now.x - seen.position.x, now.y - seen.position.y) * 2)]);
    }
    if (seen.neighbours?.length) {
      const now = neighboursOf(element);
      all.push([0.5, seen.neighbours.filter((text) => now.includes(text)).length / seen.neighbours.length]);
    }
    return all;
  }

  /** The recorded element among those of the page, or null with the reason. A wrong one is worse than none. */
  function heal(seen: SeenElement, limits: { budgetMs: number; threshold: number; margin: number }): Healed {
    const end = performance.now() + limits.budgetMs;
    const isLate = () => performance.now() > end;
    const all = everyElement();
    let rated: Rated[] = [];
    for (const [i, element] of all.entries()) {
      if (i % 50 === 0 && isLate()) break;
      const tag = element.tagName.toLowerCase();
      if (seen.role ? roleOf(element) !== seen.role : tag !== seen.tag) continue;
      const marks = marksOf(element);
      rated.push({ element, marks, score: mean(compare(seen, marks)) });
    }
    rated.sort((a, b) => b.score - a.score);
    rated = rated.slice(0, 60).filter(({ element }) => !isLate() && isSeen(element));
    for (const each of rated) {
      if (isLate()) break;
      each.score = mean(withPlace(seen, each.element, compare(seen, each.marks)));
    }
    rated.sort((a, b) => b.score - a.score);
    const candidates = rated.slice(0, 5).map((each) => ({
      selector: selectorsOf(each.element)[0] ?? '',
      text: (each.marks.accessibleName || each.marks.text || '').slice(0, 80),
      score: Math.round(each.score * 100) / 100,
    }));
    const refuse = (refusal: string): Healed => ({
      element: null,
      info: { tier: 1, score: candidates[0]?.score ?? 0, selectors: [], refusal, candidates },
    });
    const choose = (each: Rated, tier: 1 | 2): Healed => ({
      element: each.element,
      info: { tier, score: Math.round(each.score * 100) / 100, selectors: selectorsOf(each.element), candidates },
    });
    if (isLate()) return refuse(`the page is too large to compare its elements within ${limits.budgetMs} ms`);
    const [best, second] = rated;
    if (!best) return refuse('there is no element of this kind on the page');

    // A mark that named it alone when it was recorded, and names this one alone now.
    const names = (seen.unique ?? []).filter((name): name is (typeof naming)[number] => naming.includes(name as never));
    const isNamed = names.some((name) => {
      const was = markOf(seen, name);
      if (name === 'id' && looksMade(was)) return false;
      return (
        markOf(best.marks, name) === was && rated.every((each) => each === best || markOf(each.marks, name) !== was)
      );
    });
    const isClear = best.score - (second?.score ?? 0) >= limits.margin;
    if (isNamed && isClear && best.score >= limits.threshold) return choose(best, 1);

    const byAnchor = anchored(
      seen,
      rated.filter((each) => each.score >= 0.4 && saysTheSame(seen, each.marks)),
      landmarks(all),
    );
    if (isLate()) return refuse(`the page is too large to compare its elements within ${limits.budgetMs} ms`);
    if (byAnchor) return choose(byAnchor, 2);
    if (best.score < limits.threshold) return refuse('nothing on the page is alike enough');
    return refuse(isClear ? 'nothing that named it when it was recorded is left' : 'several elements are alike');
  }

  /** Its own words; a field has none of its own and must be of the same type. */
  function saysTheSame(seen: SeenElement, marks: Marks): boolean {
    if (/^(input|select|textarea)$/.test(seen.tag) && seen.role !== 'button') {
      return marks.tag === seen.tag && marks.attributes?.['type'] === seen.attributes?.['type'];
    }
    return (seen.accessibleName ?? '') === marks.accessibleName && (seen.text ?? '') === marks.text;
  }

  /** The one that stands to the recorded landmarks as it did then, give or take one wrapper. All that can tell must agree. */
  function anchored(seen: SeenElement, rated: Rated[], marked: Map<string, Element | null>): Rated | null {
    const votes = new Set<Rated>();
    for (const anchor of seen.anchors ?? []) {
      const landmark = marked.get(`${anchor.by} ${anchor.value}`);
      if (!landmark || landmark.tagName.toLowerCase() !== anchor.tag) continue;
      const fitting = rated.map((each) => {
        const place = between(each.element, landmark);
        return { each, off: place ? Math.abs(place.up - anchor.up) + Math.abs(place.down - anchor.down) : 99 };
      });
      const least = Math.min(...fitting.map(({ off }) => off));
      const nearest = fitting.filter(({ off }) => off === least);
      if (least <= 1 && nearest.length === 1 && nearest[0]) votes.add(nearest[0].each);
    }
    return votes.size === 1 ? ([...votes][0] ?? null) : null;
  }

  return { describe, heal };
}
