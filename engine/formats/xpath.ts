import { AppError } from '@casare/shared';
import { textOf, type XmlElement, type XmlNode } from './xml-tree.ts';

// The part of XPath people use to fetch data: / // . .. * names @attributes text(), and conditions in [ ].

interface Step {
  isDeep: boolean;
  test: string;
  conditions: Condition[];
}

type Condition = { kind: 'position'; position: number } | { kind: 'last' } | { kind: 'compare'; all: Comparison[] };

interface Comparison {
  operand: string;
  operator: 'exists' | '=' | '!=' | '<' | '>' | '<=' | '>=' | 'contains' | 'starts-with';
  value: string;
}

/** What a path finds: elements, or the text of attributes and text(). */
export type Found = XmlElement | string;

export function findByPath(top: XmlElement, path: string): Found[] {
  const steps = parsePath(path);
  let current: Found[] = [top];
  for (const step of steps) {
    const next = new Set<XmlElement>();
    const texts: string[] = [];
    for (const node of current) {
      if (typeof node === 'string') continue;
      for (const found of stepFrom(node, step)) {
        if (typeof found === 'string') texts.push(found);
        else next.add(found);
      }
    }
    current = [...next, ...texts];
  }
  return current;
}

function stepFrom(node: XmlElement, step: Step): Found[] {
  const origins = step.isDeep ? [node, ...descendants(node)] : [node];
  return origins.flatMap((origin) => applyConditions(axis(origin, step.test), step.conditions));
}

function axis(node: XmlElement, test: string): Found[] {
  if (test === '.') return [node];
  if (test === '..') return node.parent ? [node.parent] : [];
  if (test === 'text()')
    return node.children.filter((child) => typeof child === 'string' && child.trim() !== '') as string[];
  if (test === '@*') return Object.values(node.attributes);
  if (test.startsWith('@')) {
    const value = attributeOf(node, test.slice(1));
    return value === undefined ? [] : [value];
  }
  return elementsOf(node).filter(({ name }) => test === '*' || sameName(name, test));
}

function elementsOf(node: XmlElement): XmlElement[] {
  return node.children.filter((child): child is XmlElement => typeof child !== 'string');
}

function descendants(node: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  const open = elementsOf(node).toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    found.push(next);
    open.push(...elementsOf(next).toReversed());
  }
  return found;
}

/** A name without a prefix fits in every namespace: nobody wants to look prefixes up. */
function sameName(name: string, wanted: string): boolean {
  return name === wanted || (!wanted.includes(':') && name.slice(name.indexOf(':') + 1) === wanted);
}

function attributeOf(node: XmlElement, wanted: string): string | undefined {
  const name = Object.keys(node.attributes).find((key) => sameName(key, wanted));
  return name === undefined ? undefined : node.attributes[name];
}

function applyConditions(nodes: Found[], conditions: readonly Condition[]): Found[] {
  let kept = nodes;
  for (const condition of conditions) {
    if (condition.kind === 'position') kept = kept.slice(condition.position - 1, condition.position);
    else if (condition.kind === 'last') kept = kept.slice(-1);
    else kept = kept.filter((node) => typeof node !== 'string' && condition.all.every((one) => holds(node, one)));
  }
  return kept;
}

function holds(node: XmlElement, { operand, operator, value }: Comparison): boolean {
  const found = operand
    .split('/')
    .reduce<Found[]>(
      (nodes, test) => nodes.flatMap((one): Found[] => (typeof one === 'string' ? [] : axis(one, test))),
      [node],
    );
  if (operator === 'exists') return found.length > 0;
  return found.some((one) => compare(textOf(one as XmlNode).trim(), operator, value));
}

function compare(text: string, operator: Comparison['operator'], value: string): boolean {
  if (operator === 'contains') return text.includes(value);
  if (operator === 'starts-with') return text.startsWith(value);
  if (operator === '=') return text === value;
  if (operator === '!=') return text !== value;
  const [a, b] = [Number(text), Number(value)];
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b;
}

const stepPattern =
  /^(\/{0,2})(\.\.|\.|text\(\)|@?(?:\*|[\p{L}_][\p{L}\p{N}_.:-]*))((?:\[[^\]"']*(?:(?:"[^"]*"|'[^']*')[^\]"']*)*\])*)/u;
const conditionPattern = /\[([^\]"']*(?:(?:"[^"]*"|'[^']*')[^\]"']*)*)\]/g;

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path.trim();
  while (rest !== '') {
    const match = stepPattern.exec(rest);
    const slashes = match?.[1] ?? '';
    if (!match || (steps.length > 0 && slashes === '')) throw badPath(path, rest);
    const [whole, , test = '', conditions = ''] = match;
    steps.push({
      isDeep: slashes === '//',
      test,
      conditions: [...conditions.matchAll(conditionPattern)].map(([, text = '']) => parseCondition(text.trim(), path)),
    });
    rest = rest.slice(whole.length);
  }
  if (steps.length === 0) throw badPath(path, path);
  return steps;
}

const operandText =
  '((?:\\.\\.|\\.|text\\(\\)|@?(?:\\*|[\\p{L}_][\\p{L}\\p{N}_.:-]*))(?:\\/(?:text\\(\\)|@?(?:\\*|[\\p{L}_][\\p{L}\\p{N}_.:-]*)))*)';
const literalText = '(?:"([^"]*)"|\'([^\']*)\'|(-?\\d+(?:\\.\\d+)?))';
const comparePattern = new RegExp(`^${operandText}\\s*(=|!=|<=|>=|<|>)\\s*${literalText}$`, 'u');
const callPattern = new RegExp(`^(contains|starts-with)\\(\\s*${operandText}\\s*,\\s*${literalText}\\s*\\)$`, 'u');
const existsPattern = new RegExp(`^${operandText}$`, 'u');

function parseCondition(text: string, path: string): Condition {
  if (/^\d{1,9}$/.test(text)) return { kind: 'position', position: Number(text) };
  if (text === 'last()') return { kind: 'last' };
  const parts = text.split(/\s+and\s+(?=(?:[^"']|"[^"]*"|'[^']*')*$)/);
  return { kind: 'compare', all: parts.map((part) => parseComparison(part.trim(), path)) };
}

function parseComparison(text: string, path: string): Comparison {
  const call = callPattern.exec(text);
  if (call)
    return {
      operand: call[2] ?? '',
      operator: call[1] as Comparison['operator'],
      value: call[3] ?? call[4] ?? call[5] ?? '',
    };
  const compared = comparePattern.exec(text);
  if (compared)
    return {
      operand: compared[1] ?? '',
      operator: compared[2] as Comparison['operator'],
      value: compared[3] ?? compared[4] ?? compared[5] ?? '',
    };
  if (existsPattern.test(text)) return { operand: text, operator: 'exists', value: '' };
  throw badPath(path, text);
}

function badPath(path: string, near: string): AppError {
  return new AppError(
    'PARAMS_INVALID',
    `The path "${path.slice(0, 100)}" cannot be read near "${near.slice(0, 40)}". Write it like //order[@id="7"]/line or /orders/order[2]/@total.`,
  );
}
