import { type AnyNode, type Expression, parseExpressionAt } from 'acorn';
import { compileExpression } from '../expressions/compile.ts';

/** Thrown inside a translation; the sentence says what our expressions do not have. */
export class Untranslatable extends Error {}

/** What stands in for a node of the tree, or undefined when its parts are to be looked at. */
export type Replace = (node: AnyNode, render: (node: AnyNode) => string) => string | undefined;

export type Translated = { ok: true; expression: string } | { ok: false; reason: string };

const MAX_SOURCE = 20_000;

/** Rewrites a JavaScript expression to one of ours, which may read the local name; what the compiler refuses counts as untranslatable. */
export function rewriteExpression(source: string, replace: Replace, local?: string): Translated {
  try {
    if (source.length > MAX_SOURCE) throw new Untranslatable('it is too long');
    const expression = render(parseWhole(source), source, replace, 0);
    const checked = local === undefined ? expression : `[0].map((${local}) => (${expression}))`;
    const compiled = compileExpression(checked, { stepSlot: () => 0 });
    if (compiled.ok) return { ok: true, expression };
    return { ok: false, reason: compiled.problems[0]?.message ?? 'it is not an expression here' };
  } catch (error) {
    if (error instanceof Untranslatable) return { ok: false, reason: error.message };
    if (error instanceof SyntaxError) return { ok: false, reason: 'it cannot be read as JavaScript' };
    if (error instanceof RangeError) return { ok: false, reason: 'it is nested too deeply' };
    throw error;
  }
}

function parseWhole(source: string): Expression {
  const text = source.trimEnd().replace(/;$/, '');
  const node = parseExpressionAt(text, 0, { ecmaVersion: 'latest', preserveParens: true });
  if (text.slice(node.end).trim() !== '') throw new Untranslatable('it is more than one expression');
  return node;
}

const MAX_DEPTH = 200;

function render(node: AnyNode, source: string, replace: Replace, depth: number): string {
  if (depth > MAX_DEPTH) throw new Untranslatable('it is nested too deeply');
  const replaced = replace(node, (part) => render(part, source, replace, depth + 1));
  if (replaced !== undefined) return replaced;
  let text = '';
  let at = node.start;
  for (const part of childrenOf(node)) {
    text += source.slice(at, part.start) + render(part, source, replace, depth + 1);
    at = part.end;
  }
  return text + source.slice(at, node.end);
}

/** Parts of a node in the order of the text, each once (`{ a }` holds its name twice). */
function childrenOf(node: AnyNode): AnyNode[] {
  if (node.type === 'MemberExpression' && !node.computed) return [node.object];
  if (node.type === 'Property') return node.computed && !node.shorthand ? [node.key, node.value] : [node.value];
  const parts = Object.values(node as unknown as Record<string, unknown>)
    .flat()
    .filter((part): part is AnyNode => typeof part === 'object' && part !== null && 'type' in part && 'start' in part);
  return parts.sort((a, b) => a.start - b.start);
}

/** One link of a chain such as `$('A').item.json.name`: a name, an index in brackets, or a call. */
export type ChainLink =
  | { kind: 'name'; name: string; node: AnyNode }
  | { kind: 'call'; args: AnyNode[] }
  | { kind: 'other' };

export interface Chain {
  root: AnyNode;
  links: ChainLink[];
  /** The nodes from the root outwards; `ends[i]` is the part up to and with link i. */
  ends: AnyNode[];
}

export function readChain(node: AnyNode): Chain {
  const links: ChainLink[] = [];
  const ends: AnyNode[] = [];
  let at: AnyNode = node;
  for (;;) {
    if (at.type === 'ChainExpression') at = at.expression;
    else if (at.type === 'MemberExpression') {
      ends.push(at);
      links.push(memberLink(at));
      at = at.object;
    } else if (at.type === 'CallExpression') {
      ends.push(at);
      links.push({ kind: 'call', args: at.arguments });
      at = at.callee;
    } else return { root: at, links: links.reverse(), ends: ends.reverse() };
  }
}

function memberLink(node: AnyNode & { type: 'MemberExpression' }): ChainLink {
  const { property } = node;
  if (!node.computed && property.type === 'Identifier') return { kind: 'name', name: property.name, node };
  if (property.type === 'Literal' && (typeof property.value === 'string' || typeof property.value === 'number'))
    return { kind: 'name', name: String(property.value), node };
  return { kind: 'other' };
}

export function textOf(node: AnyNode | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

export function numberOf(node: AnyNode | undefined): number | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'number') return node.value;
  if (node?.type === 'UnaryExpression' && node.operator === '-') {
    const value = numberOf(node.argument);
    return value === undefined ? undefined : -value;
  }
  return undefined;
}
