import type { AnyNode, Expression, Identifier, MemberExpression, Pattern } from 'acorn';
import { parseExpressionPrefix } from './parse.ts';
import { ROOTS } from './roots.ts';

/** A place in an expression where `vars`, `steps`, `input`, `item` … is read. */
export interface RootUse {
  root: string;
  /** What follows as far as it names the thing: `['total']` of `vars.total.x`, `['read', 'output']` of `steps.read.output.rows`. */
  names: string[];
  /** The part of the source that stands for it, without what follows the names. */
  start: number;
  end: number;
  /** It stands alone in an object, `{ item }`, where a name is its key as well. */
  shorthand: boolean;
}

/** How many links name a thing; the others are the thing itself. */
const NAMED_BY: Readonly<Record<string, number>> = {
  steps: 2,
  vars: 1,
  input: 1,
  env: 1,
  run: 1,
  credentials: 1,
  assets: 1,
};

/** Undefined when the source is no expression. Parameters of arrow functions hide the roots of their name. */
export function findRoots(source: string): RootUse[] | undefined {
  const parsed = parseExpressionPrefix(source);
  if (!parsed.ok || parsed.end < source.length) return undefined;
  const found: RootUse[] = [];
  visit(parsed.node, new Set(), found);
  return found;
}

function visit(node: AnyNode, hidden: ReadonlySet<string>, found: RootUse[]): void {
  switch (node.type) {
    case 'Identifier':
      if (isRoot(node, hidden)) found.push(readUse(node, []));
      return;
    case 'MemberExpression':
      return visitMember(node, hidden, found);
    case 'ArrowFunctionExpression': {
      const inner = new Set(hidden);
      for (const param of node.params) for (const name of namesIn(param)) inner.add(name);
      return visit(node.body, inner, found);
    }
    case 'Property':
      if (node.computed) visit(node.key, hidden, found);
      if (node.shorthand && node.value.type === 'Identifier') {
        if (isRoot(node.value, hidden)) found.push({ ...readUse(node.value, []), shorthand: true });
        return;
      }
      return visit(node.value, hidden, found);
    default:
      for (const child of childrenOf(node)) visit(child, hidden, found);
  }
}

function visitMember(node: MemberExpression, hidden: ReadonlySet<string>, found: RootUse[]): void {
  const links: MemberExpression[] = [];
  let base: AnyNode = node;
  while (base.type === 'MemberExpression') {
    links.unshift(base);
    base = base.object;
  }
  if (base.type === 'Identifier' && isRoot(base, hidden)) found.push(readUse(base, links));
  else visit(base, hidden, found);
  for (const link of links) if (link.computed) visit(link.property, hidden, found);
}

function isRoot(node: Identifier, hidden: ReadonlySet<string>): boolean {
  return ROOTS.has(node.name) && !hidden.has(node.name);
}

function readUse(base: Identifier, links: readonly MemberExpression[]): RootUse {
  const names: string[] = [];
  let { end } = base;
  for (const link of links.slice(0, NAMED_BY[base.name] ?? 0)) {
    const name = keyOf(link);
    if (name === undefined) break;
    names.push(name);
    end = link.end;
  }
  return { root: base.name, names, start: base.start, end, shorthand: false };
}

function keyOf(link: MemberExpression): string | undefined {
  const { property, computed } = link;
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

function namesIn(pattern: Pattern | Expression): string[] {
  return pattern.type === 'Identifier'
    ? [pattern.name]
    : childrenOf(pattern).flatMap((child) => namesIn(child as Pattern));
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function isNode(value: unknown): value is AnyNode {
  return value !== null && typeof value === 'object' && typeof (value as { type?: unknown }).type === 'string';
}
