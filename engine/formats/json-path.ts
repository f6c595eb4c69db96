import { AppError } from '@casare/shared';

// $.orders[*].lines[0:2].price, $..name, $.orders[?(@.total > 100)].id: the part of JSONPath that fetches data.

type Step =
  | { kind: 'key'; key: string }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; start: number | undefined; end: number | undefined }
  | { kind: 'all' }
  | { kind: 'where'; path: string[]; operator: string; value: unknown }
  | { kind: 'deep' };

const maxFound = 1_000_000;

export function queryJson(value: unknown, path: string): unknown[] {
  let current = [value];
  for (const step of parsePath(path)) {
    const next: unknown[] = [];
    for (const node of current) {
      collect(node, step, next);
      if (next.length > maxFound)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `The path "${path.slice(0, 100)}" finds more than a million values. Make it more exact.`,
        );
    }
    current = next;
  }
  return current;
}

function collect(node: unknown, step: Step, into: unknown[]): void {
  switch (step.kind) {
    case 'key':
      if (isContainer(node) && Object.hasOwn(node, step.key)) into.push((node as Record<string, unknown>)[step.key]);
      return;
    case 'index': {
      if (Array.isArray(node) && Math.abs(step.index + 0.5) < node.length + 0.5) into.push(node.at(step.index));
      return;
    }
    case 'slice':
      if (Array.isArray(node)) for (const item of node.slice(step.start, step.end)) into.push(item);
      return;
    case 'all':
      if (isContainer(node)) for (const item of Object.values(node)) into.push(item);
      return;
    case 'where':
      if (isContainer(node)) for (const item of Object.values(node) as unknown[]) if (fits(item, step)) into.push(item);
      return;
    case 'deep': {
      const open = [node];
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        into.push(one);
        if (into.length > maxFound) return;
        if (isContainer(one))
          open.push(
            ...Object.values(one)
              .filter((item) => item !== undefined)
              .toReversed(),
          );
      }
      return;
    }
  }
}

function isContainer(node: unknown): node is object {
  return node !== null && typeof node === 'object';
}

function fits(item: unknown, { path, operator, value }: Step & { kind: 'where' }): boolean {
  let found = item;
  for (const key of path) {
    if (!isContainer(found) || !Object.hasOwn(found, key)) return false;
    found = (found as Record<string, unknown>)[key];
  }
  switch (operator) {
    case '==':
      return found === value;
    case '!=':
      return found !== value;
    case '':
      return true;
    default: {
      const [a, b] = [found, value];
      const isOrdered =
        (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
      if (!isOrdered) return false;
      const order = (a as number) < (b as number) ? -1 : a === b ? 0 : 1;
      return operator === '<' ? order < 0 : operator === '>' ? order > 0 : operator === '<=' ? order <= 0 : order >= 0;
    }
  }
}

const literal = String.raw`("(?:[^"\\]|\\.)*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null)`;
const rules: [RegExp, (match: RegExpExecArray) => Step][] = [
  [/^\.\.(?=[\p{L}_$*[])/u, () => ({ kind: 'deep' })],
  [/^(?:\.|)\[\*\]|^\.\*/, () => ({ kind: 'all' })],
  [/^\.?\[(-?\d{1,9})\]/, ([, index]) => ({ kind: 'index', index: Number(index) })],
  [
    /^\.?\[(-?\d{1,9})?:(-?\d{1,9})?\]/,
    ([, start, end]) => ({ kind: 'slice', start: numberOf(start), end: numberOf(end) }),
  ],
  [/^\.?\[(?:"([^"]*)"|'([^']*)')\]/, ([, double, single]) => ({ kind: 'key', key: double ?? single ?? '' })],
  [
    new RegExp(
      String.raw`^\.?\[\?\(?\s*@((?:\.[\p{L}_$][\p{L}\p{N}_$-]*)*)\s*(?:(==|!=|<=|>=|<|>)\s*${literal})?\s*\)?\]`,
      'u',
    ),
    ([, path = '', operator = '', value]) => ({
      kind: 'where',
      path: path.split('.').slice(1),
      operator,
      value: valueOf(value),
    }),
  ],
  [/^\.?([\p{L}_$][\p{L}\p{N}_$-]*)/u, ([, key = '']) => ({ kind: 'key', key })],
];

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path.trim().replace(/^\$/, '');
  while (rest !== '') {
    const made = firstRule(rest);
    if (!made)
      throw new AppError(
        'PARAMS_INVALID',
        `The path "${path.slice(0, 100)}" cannot be read near "${rest.slice(0, 40)}". Write it like $.orders[*].lines[0].price.`,
      );
    steps.push(made.step);
    rest = rest.slice(made.length);
  }
  return steps;
}

function firstRule(rest: string): { step: Step; length: number } | undefined {
  for (const [pattern, make] of rules) {
    const match = pattern.exec(rest);
    if (match) return { step: make(match), length: match[0].length };
  }
  return undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function valueOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return text.startsWith("'") ? text.slice(1, -1) : (JSON.parse(text) as unknown);
}
