import type { SeenElement } from '@casare/shared';

/** What an element is told apart by, without what needs its layout. */
export type Marks = Omit<SeenElement, 'position' | 'path' | 'neighbours' | 'unique' | 'anchors'>;

/**
 * Everything that looks at elements inside a page. It is sent there as source, so it is one function that uses nothing from outside.
 */
export function pageKit() {
  const clean = (text: string | null | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 200);

  function everyElement(): Element[] {
    const found: Element[] = [];
    const walk = (root: Document | ShadowRoot) => {
      for (const element of root.querySelectorAll('*')) {
        found.push(element);
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(document);
    return found;
  }

  /** Text that stands in an element, without what fields and scripts inside hold. Stops early: long texts tell nothing apart. */
  function textIn(element: Element): string {
    let text = '';
    const walk = (node: Node) => {
      if (text.length > 250) return;
      if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue ?? '';
      else if (node instanceof Element && !/^(script|style|template|select|textarea|noscript)$/i.test(node.tagName)) {
        if (node.tagName !== 'SPAN' && node.tagName !== 'B') text += ' ';
        for (const child of node.childNodes) walk(child);
        if (node.tagName !== 'SPAN' && node.tagName !== 'B') text += ' ';
      }
    };
    for (const child of element.childNodes) walk(child);
    return text.length > 250 ? '' : clean(text);
  }

  function roleOf(element: Element): string {
    const given = element.getAttribute('role')?.trim().split(/\s+/)[0];
    if (given) return given;
    const tag = element.tagName.toLowerCase();
    if (tag === 'input') {
      const { type } = element as HTMLInputElement;
      if (['button', 'submit', 'reset', 'image'].includes(type)) return 'button';
      if (type === 'checkbox' || type === 'radio') return type;
      if (type === 'range') return 'slider';
      if (type === 'number') return 'spinbutton';
      return type === 'search' ? 'searchbox' : 'textbox';
    }
    if (tag === 'a' || tag === 'area') return element.hasAttribute('href') ? 'link' : '';
    if (/^h[1-6]$/.test(tag)) return 'heading';
    const known: Record<string, string> = {
      button: 'button', summary: 'button', select: 'combobox', textarea: 'textbox', img: 'img', option: 'option', li: 'listitem',
      table: 'table', tr: 'row', td: 'cell', th: 'columnheader', nav: 'navigation', main: 'main', form: 'form', dialog: 'dialog',
    }; // biome-ignore format: a table
    return Object.hasOwn(known, tag) ? (known[tag] ?? '') : '';
  }

  function labelOf(element: Element): string {
    const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
    const root = element.getRootNode() as Document | ShadowRoot;
    const named = ids.map((id) => root.getElementById?.(id)).filter((each) => each !== null && each !== undefined);
    if (named.length > 0) return clean(named.map(textIn).join(' '));
    const labels = 'labels' in element ? (element.labels as NodeListOf<Element> | null) : null;
    return labels ? clean([...labels].map(textIn).join(' ')) : '';
  }

  const testIdNames = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy'];
  const looksMade = (word: string): boolean =>
    /\d{3,}|^:r|[0-9a-f]{8}|^(css|sc|jss|emotion|svelte|ember|mui|radix)-?\w*\d/i.test(word) ||
    /__\w{5,}$|^(?=\w*\d)(?=\w*[a-z])\w{6,}$/i.test(word);

  function marksOf(element: Element): Marks {
    const role = roleOf(element);
    const isField = /^(input|select|textarea)$/i.test(element.tagName);
    const type = element.getAttribute('type');
    const text =
      isField && role === 'button' ? clean((element as HTMLInputElement).value) : isField ? '' : textIn(element);
    const label = labelOf(element);
    const fallback = clean(element.getAttribute('alt')) || text || clean(element.getAttribute('title'));
    const placeholder = clean(element.getAttribute('placeholder'));
    const attributes: Record<string, string> = {};
    const kept = ['type', 'href', 'title', 'alt', 'for', 'autocomplete', 'action', 'data-id', 'data-key', 'data-value'];
    if (role === 'radio' || role === 'checkbox' || role === 'option') kept.push('value');
    for (const name of kept) {
      const value = element.getAttribute(name);
      if (value) attributes[name] = value.slice(0, 300);
    }
    if (type === 'password') delete attributes['value'];
    const all: Marks = {
      tag: element.tagName.toLowerCase(),
      id: element.id,
      name: element.getAttribute('name') ?? '',
      testId: testIdNames.map((name) => element.getAttribute(name)).find(Boolean) ?? '',
      role,
      accessibleName: clean(element.getAttribute('aria-label')) || label || fallback || placeholder,
      label,
      placeholder,
      text,
      classes: [...element.classList].slice(0, 30),
      attributes,
    };
    return all;
  }

  const isSeen = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    const isFile = element.matches('input[type=file]');
    return isFile || (element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0);
  };

  const parentOf = (element: Element): Element | null =>
    element.parentElement ?? ((element.getRootNode() as ShadowRoot).host as Element | undefined) ?? null;

  function pathOf(element: Element): string[] {
    const path: string[] = [];
    for (let each: Element | null = element; each; each = parentOf(each)) path.unshift(each.tagName.toLowerCase());
    return path.slice(-30);
  }

  function positionOf(element: Element): { x: number; y: number } {
    const box = element.getBoundingClientRect();
    const { scrollWidth, scrollHeight } = document.documentElement;
    const share = (part: number, whole: number) => Math.round((part / Math.max(1, whole)) * 1000) / 1000;
    return {
      x: share(box.x + box.width / 2 + scrollX, scrollWidth),
      y: share(box.y + box.height / 2 + scrollY, scrollHeight),
    };
  }

  function neighboursOf(element: Element): string[] {
    const texts: string[] = [];
    let level: Element | null = element;
    for (let up = 0; up < 3 && level && level !== document.body; up++) {
      let [before, after]: (Element | null)[] = [level.previousElementSibling, level.nextElementSibling];
      for (let i = 0; i < 2; i++) {
        for (const beside of [before, after]) {
          const text = beside ? textIn(beside) : '';
          if (text !== '' && text.length <= 80 && !texts.includes(text)) texts.push(text);
        }
        [before, after] = [before?.previousElementSibling ?? null, after?.nextElementSibling ?? null];
      }
      level = parentOf(level);
    }
    return texts.slice(0, 6);
  }

  /** Marks that can name an element; `href` stands among its attributes. */
  const naming = ['id', 'testId', 'name', 'accessibleName', 'label', 'placeholder', 'text', 'href'] as const;
  const markOf = (marks: Marks, name: (typeof naming)[number]): string =>
    (name === 'href' ? marks.attributes?.['href'] : marks[name]) ?? '';

  /** Both levels up to the nearest element that holds both. */
  function between(a: Element, b: Element): { up: number; down: number } | null {
    const ups = new Map<Element, number>();
    let levels = 0;
    for (let each: Element | null = a; each; each = parentOf(each)) ups.set(each, levels++);
    levels = 0;
    for (let each: Element | null = b; each; each = parentOf(each)) {
      const up = ups.get(each);
      if (up !== undefined) return { up, down: levels };
      levels += 1;
    }
    return null;
  }

  /** Elements by which others may be found: what has an id, a test id or a short text of its own. */
  function landmarks(all: Element[]): Map<string, Element | null> {
    const found = new Map<string, Element | null>();
    const add = (by: string, value: string, element: Element) => {
      if (value === '') return;
      const key = `${by} ${value}`;
      found.set(key, found.has(key) ? null : element);
    };
    for (const element of all) {
      if (element.id && !looksMade(element.id)) add('id', element.id, element);
      add('testId', testIdNames.map((name) => element.getAttribute(name)).find(Boolean) ?? '', element);
      if (element.childElementCount > 0 || /^(script|style|option|title|template)$/i.test(element.tagName)) continue;
      const text = clean(element.textContent);
      if (text.length >= 2 && text.length <= 60) add('text', text, element);
    }
    return found;
  }

  function cssPath(element: Element): string {
    const parts: string[] = [];
    let each: Element = element;
    for (;;) {
      const root = each.getRootNode() as Document | ShadowRoot;
      const id = each.id !== '' && !looksMade(each.id) ? `#${CSS.escape(each.id)}` : '';
      if (id !== '' && root.querySelectorAll(id).length === 1) {
        parts.unshift(id);
        break;
      }
      const tag = CSS.escape(each.tagName.toLowerCase());
      const parent: Element | null = each.parentElement;
      const siblings = [...(parent ?? root).children].filter((other) => other.tagName === each.tagName);
      parts.unshift(siblings.length > 1 ? `${tag}:nth-of-type(${siblings.indexOf(each) + 1})` : tag);
      if (!parent) break;
      each = parent;
    }
    const inner = parts.join(' > ');
    const { host } = element.getRootNode() as ShadowRoot;
    return host ? `${cssPath(host)} >> ${inner}` : inner;
  }

  function selectorsOf(element: Element): string[] {
    const marks = marksOf(element);
    const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
    const selectors: string[] = [];
    const testIdName = testIdNames.find((name) => element.getAttribute(name));
    if (testIdName) selectors.push(`[${testIdName}=${quoted(marks.testId ?? '')}]`);
    if (marks.id && !looksMade(marks.id)) selectors.push(`#${CSS.escape(marks.id)}`);
    if (marks.name) selectors.push(`${marks.tag}[name=${quoted(marks.name)}]`);
    if (marks.role && marks.accessibleName && marks.accessibleName.length <= 60) {
      selectors.push(`role=${marks.role}[name=${quoted(marks.accessibleName)}]`);
    }
    if (marks.placeholder) selectors.push(`${marks.tag}[placeholder=${quoted(marks.placeholder)}]`);
    const href = marks.attributes?.['href'];
    if (href && href.length <= 200) selectors.push(`a[href=${quoted(href)}]`);
    const classes = (marks.classes ?? []).filter((name) => !looksMade(name)).slice(0, 4);
    if (classes.length > 0) selectors.push(marks.tag + classes.map((name) => `.${CSS.escape(name)}`).join(''));
    selectors.push(cssPath(element));
    return selectors;
  }

  return {
    clean,
    everyElement,
    textIn,
    roleOf,
    looksMade,
    marksOf,
    isSeen,
    pathOf,
    positionOf,
    neighboursOf,
    naming,
    markOf,
    between,
    landmarks,
    selectorsOf,
  };
}

export type PageKit = ReturnType<typeof pageKit>;
