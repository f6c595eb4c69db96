import type { AnyNode } from 'acorn';
import { literalText, memberOf } from '../literal-text.ts';
import {
  type Chain,
  type ChainLink,
  readChain,
  type Replace,
  rewriteExpression,
  textOf,
  type Translated,
  Untranslatable,
} from '../rewrite.ts';
import { dateRoot, extensionCall, functionCall } from './methods.ts';

/** What the names of n8n stand for at one node. */
export interface Surroundings {
  item(): string;
  list(): string;
  index(): string;
  /** What another node gave; throws Untranslatable when that cannot be said. */
  ofNode(name: string, which: 'item' | 'first' | 'last' | 'all'): string;
  hasRun(name: string): string;
  /** `${expression}.${name}` in fewer words, where it is known what the expression is made of. */
  member(expression: string, name: string): string | undefined;
  zone: string;
  /** Name of the item where the expression stands in an arrow function. */
  local?: string;
}

export function translateExpression(source: string, around: Surroundings): Translated {
  return rewriteExpression(source, replacerFor(around), around.local);
}

/** A parameter: text that begins with `=` is a template with `{{ … }}`, anything else is as it stands. */
export function translateText(text: string, around: Surroundings): Translated {
  if (!text.startsWith('=')) return { ok: true, expression: literalText(text) };
  let result = '';
  for (const part of cutTemplate(text.slice(1))) {
    if (part.kind === 'text') {
      result += literalText(part.text);
      continue;
    }
    const translated = translateExpression(part.text, around);
    if (!translated.ok) return { ok: false, reason: `{{ ${part.text.trim()} }}: ${translated.reason}` };
    result += `\${${translated.expression}}`;
  }
  return { ok: true, expression: result };
}

export function cutTemplate(text: string): { kind: 'text' | 'code'; text: string }[] {
  const parts: { kind: 'text' | 'code'; text: string }[] = [];
  let at = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    let close = text.indexOf('}}', open + 2);
    if (close < 0) break;
    while (text[close + 2] === '}') close += 1;
    if (open > at) parts.push({ kind: 'text', text: text.slice(at, open) });
    parts.push({ kind: 'code', text: text.slice(open + 2, close) });
    at = close + 2;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}

function replacerFor(around: Surroundings): Replace {
  return (node, render) => {
    if (node.type === 'ParenthesizedExpression' || node.type === 'ArrowFunctionExpression') return undefined;
    const date = dateRoot(node, render);
    if (date !== undefined) return date;
    if (node.type === 'Identifier') return rootName(node.name, around);
    if (node.type !== 'MemberExpression' && node.type !== 'CallExpression' && node.type !== 'ChainExpression')
      return undefined;
    return (
      replaceChain(readChain(node), around, render) ??
      (node.type === 'CallExpression' ? replaceCall(node, around, render) : undefined)
    );
  };
}

function rootName(name: string, around: Surroundings): string | undefined {
  switch (name) {
    case '$json':
      return around.item();
    case '$now':
      return 'now()';
    case '$today':
      return around.zone === ''
        ? "parseDate(today(), 'yyyy-MM-dd')"
        : `parseDate(today('${around.zone}'), 'yyyy-MM-dd', '${around.zone}')`;
    case '$itemIndex':
    case '$position':
      return around.index();
    case '$vars':
      return 'vars';
    case '$env':
      return 'env';
    default:
      if (name.startsWith('$') || ['DateTime', 'Duration', 'Interval', 'Date'].includes(name))
        throw new Untranslatable(`${name} has no counterpart here`);
      return undefined;
  }
}

/** Chains that begin with a name of n8n; the rest of the chain is rendered behind what the beginning stands for. */
function replaceChain(chain: Chain, around: Surroundings, render: (node: AnyNode) => string): string | undefined {
  if (chain.root.type !== 'Identifier') return undefined;
  const start = beginning(chain.root.name, chain.links, around);
  if (start === undefined) return undefined;
  return continueChain(start.expression, chain, start.used, around, render);
}

function continueChain(
  begun: string,
  { links, ends }: Chain,
  from: number,
  around: Surroundings,
  render: (node: AnyNode) => string,
): string {
  let expression = begun;
  for (let i = from; i < links.length; i++) {
    const link = links[i] as ChainLink;
    const next = links[i + 1];
    if (link.kind === 'name' && next?.kind === 'call') {
      const replaced = extensionCall(link.name, expression, next.args, around.zone, render);
      expression = replaced ?? `${expression}${dots(ends[i])}${link.name}(${next.args.map(render).join(', ')})`;
      i += 1;
    } else if (link.kind === 'name') {
      const known = around.member(expression, link.name);
      if (known !== undefined) {
        expression = known;
        continue;
      }
      const isIndex = /^\d+$/.test(link.name);
      const optional = isOptional(ends[i]);
      const member = isIndex ? `[${link.name}]` : memberOf(link.name);
      expression += optional ? (member.startsWith('.') ? `?${member}` : `?.${member}`) : member;
    } else if (link.kind === 'other') {
      const node = ends[i];
      if (node?.type !== 'MemberExpression') throw new Untranslatable('this way of reading has no counterpart');
      expression += `${node.optional ? '?.' : ''}[${render(node.property)}]`;
    } else throw new Untranslatable('this call has no counterpart');
  }
  return expression;
}

function isOptional(node: AnyNode | undefined): boolean {
  return node?.type === 'MemberExpression' && node.optional;
}

function dots(node: AnyNode | undefined): string {
  return isOptional(node) ? '?.' : '.';
}

/** A method that n8n adds, called on something that is no name of n8n: `(a + b).round(2)`, `'x'.toNumber()`. */
function replaceCall(
  node: AnyNode & { type: 'CallExpression' },
  around: Surroundings,
  render: (node: AnyNode) => string,
): string | undefined {
  if (node.callee.type === 'Identifier') return functionCall(node.callee.name, node.arguments, render);
  if (node.callee.type !== 'MemberExpression' || node.callee.computed || node.callee.property.type !== 'Identifier')
    return undefined;
  const { object, property } = node.callee;
  if (
    object.type === 'Super' ||
    (object.type === 'Identifier' && /^(Object|Math|JSON|Array|Number|String)$/.test(object.name))
  )
    return undefined;
  return extensionCall(property.name, render(object), node.arguments, around.zone, render);
}

interface Beginning {
  expression: string;
  used: number;
}

function beginning(root: string, links: ChainLink[], around: Surroundings): Beginning | undefined {
  const name = (i: number) => (links[i]?.kind === 'name' ? links[i].name : undefined);
  const call = (i: number) => (links[i]?.kind === 'call' ? links[i].args : undefined);
  switch (root) {
    case '$json':
      return { expression: around.item(), used: 0 };
    case '$vars':
      return { expression: 'vars', used: 0 };
    case '$env':
      return { expression: 'env', used: 0 };
    case '$now':
    case '$today':
      return { expression: rootName(root, around) ?? '', used: 0 };
    case '$input':
    case '$':
      return ofInputOrNode(root, links, around);
    case '$node': {
      if (name(0) === undefined || name(1) !== 'json')
        throw new Untranslatable('only .json of another node can be read');
      return { expression: around.ofNode(name(0) ?? '', 'item'), used: 2 };
    }
    case '$items': {
      const args = call(0) ?? [];
      const list = args.length === 0 ? around.list() : around.ofNode(textOf(args[0]) ?? '', 'all');
      if (/^\d+$/.test(name(1) ?? '') && name(2) === 'json') return { expression: `${list}[${name(1)}]`, used: 3 };
      return { expression: `${list}.map((json) => ({ json }))`, used: 1 };
    }
    case '$execution':
      if (name(0) === 'id') return { expression: 'run.id', used: 1 };
      throw new Untranslatable(`$execution.${name(0) ?? ''} has no counterpart`);
    case '$workflow':
      if (name(0) === 'id') return { expression: 'run.workflowId', used: 1 };
      if (name(0) === 'name') return { expression: 'run.workflowName', used: 1 };
      throw new Untranslatable(`$workflow.${name(0) ?? ''} has no counterpart`);
    default:
      return undefined;
  }
}

/** `$input.item.json`, `$('A').first().json`, `$('A').all()`. */
function ofInputOrNode(root: '$input' | '$', links: ChainLink[], around: Surroundings): Beginning {
  let at = 0;
  let node: string | undefined;
  const first = links[0];
  if (root === '$') {
    node = first?.kind === 'call' ? textOf(first.args[0]) : undefined;
    if (node === undefined) throw new Untranslatable('the name of the node is not written out');
    at = 1;
  }
  const link = links[at];
  const which = link?.kind === 'name' ? link.name : '';
  const isCall = links[at + 1]?.kind === 'call';
  if (which === 'isExecuted' && node !== undefined) return { expression: around.hasRun(node), used: at + 1 };
  if (which === 'all' && isCall) {
    const list = node === undefined ? around.list() : around.ofNode(node, 'all');
    return { expression: `${list}.map((json) => ({ json }))`, used: at + 2 };
  }
  if (which !== 'item' && which !== 'first' && which !== 'last')
    throw new Untranslatable(`.${which} of a node has no counterpart`);
  const used = at + (isCall ? 2 : 1);
  const json = links[used];
  if (json?.kind !== 'name' || json.name !== 'json') throw new Untranslatable('only .json of an item can be read');
  if (node !== undefined) return { expression: around.ofNode(node, which), used: used + 1 };
  if (which === 'item') return { expression: around.item(), used: used + 1 };
  return { expression: which === 'first' ? `${around.list()}[0]` : `last(${around.list()})`, used: used + 1 };
}
