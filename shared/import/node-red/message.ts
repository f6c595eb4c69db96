import { type Flow, objectFlow } from '../flow.ts';
import { literalExpression, literalText, memberOf, quoted } from '../literal-text.ts';
import { Untranslatable } from '../rewrite.ts';

/** Parts of `payload.items[0]["name"]`; throws Untranslatable where a part is not written out. */
function pathParts(path: string): string[] {
  const parts: string[] = [];
  let rest = path.trim();
  while (rest !== '') {
    const match = /^\.?([A-Za-z_$][\w$]*)|^\[(\d+)\]|^\.(\d+)|^\[(["'])([^"']*)\4\]/.exec(rest);
    const part = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[5];
    if (!match || part === undefined || part === '__proto__' || part === 'constructor' || part === 'prototype')
      throw new Untranslatable(`"${path}" is not a plain path`);
    parts.push(part);
    rest = rest.slice(match[0].length);
  }
  return parts;
}

function member(name: string): string {
  return /^\d+$/.test(name) ? `[${name}]` : memberOf(name);
}

/** A part of the message as an expression. */
export function readMessage(message: Flow, path: string): string {
  const [first, ...rest] = pathParts(path);
  if (first === undefined) return message.expression;
  return rest.map(member).reduce((all, part) => all + part, property(message, first));
}

/** A property of the message; reading one that is missing gives nothing, as in Node-RED. */
export function property(message: Flow, name: string): string {
  if (message.members && Object.hasOwn(message.members, name)) return message.members[name] ?? 'undefined';
  if (message.members && message.base === undefined) return 'undefined';
  const base = message.base ?? message.expression;
  return base === '({})' ? 'undefined' : base + member(name);
}

/** The message with some of its properties set. */
export function withProperties(message: Flow, properties: Readonly<Record<string, string>>): Flow {
  const members = { ...message.members, ...properties };
  return objectFlow(members, message.members ? message.base : message.expression);
}

const MAX_EXPRESSION = 8000;

/** The message after `path` was set to an expression, with the objects on the way made anew. */
export function setInMessage(message: Flow, path: string, value: string): Flow {
  const [first, ...rest] = pathParts(path);
  if (first === undefined) throw new Untranslatable('the whole message cannot be set');
  const expression = setIn(property(message, first), rest, value);
  // Each rule on a part of a property repeats what the rules before it made.
  if (expression.length > MAX_EXPRESSION)
    throw new Untranslatable('too many rules build on each other; use several steps "Set fields"');
  return withProperties(message, { [first]: expression });
}

function setIn(on: string, path: readonly string[], value: string): string {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (/^\d+$/.test(first)) throw new Untranslatable('a place of a list cannot be set');
  const inner =
    rest.length === 0
      ? value
      : setIn(`${on}?${memberOf(first).startsWith('[') ? '.' : ''}${memberOf(first)}`, rest, value);
  return `merge(${on === 'undefined' ? '{}' : on}, { ${quoted(first)}: ${inner} })`;
}

export function deleteInMessage(message: Flow, path: string): Flow {
  const [first, ...rest] = pathParts(path);
  if (first === undefined) throw new Untranslatable('the whole message cannot be deleted');
  if (rest.length === 0) return withProperties(message, { [first]: 'undefined' });
  if (rest.length > 1) throw new Untranslatable('only a property of a property can be deleted');
  return withProperties(message, { [first]: `omit(${property(message, first)}, ${quoted(rest[0] ?? '')})` });
}

/** Variables that stand for what Node-RED keeps for a flow and for all of them. */
export function contextVariable(store: 'flow' | 'global', path: string): { name: string; rest: string } {
  const [first = 'value', ...rest] = pathParts(path.replace(/^#:\([^)]*\)::/, ''));
  return { name: `${store}_${first.replaceAll(/\W/g, '_')}`.slice(0, 64), rest: rest.map(member).join('') };
}

/** A value with its type, as forms of Node-RED hold it. */
export function typedExpression(message: Flow, type: string, value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  switch (type) {
    case 'msg':
      return readMessage(message, text);
    case 'flow':
    case 'global': {
      const { name, rest } = contextVariable(type, text);
      return `vars.${name}${rest}`;
    }
    case 'env':
      if (!/^\w+$/.test(text)) throw new Untranslatable('the name of the environment value is not plain');
      return `env.${text}`;
    case 'num':
      if (text.trim() === '' || !Number.isFinite(Number(text))) throw new Untranslatable(`"${text}" is not a number`);
      return String(Number(text));
    case 'bool':
      return String(text === 'true');
    case 'json':
      return jsonExpression(text);
    case 'date':
      return text === 'iso' ? 'now()' : 'run.startedAt';
    case 'jsonata':
      return jsonataPath(message, text);
    case 'str':
    case '':
      return quoted(text);
    default:
      throw new Untranslatable(`values of the kind "${type}" have no counterpart`);
  }
}

function jsonExpression(text: string): string {
  try {
    return literalExpression(JSON.parse(text));
  } catch {
    throw new Untranslatable('the JSON cannot be read');
  }
}

/** Plain paths are the same in JSONata; anything else is not translated. */
function jsonataPath(message: Flow, text: string): string {
  if (text.trim() === '$now()') return 'now()';
  if (!/^[A-Za-z_][\w]*(\.[A-Za-z_]\w*|\[\d+\])*$/.test(text.trim()))
    throw new Untranslatable('JSONata has no counterpart in an expression; use the step "Query"');
  return readMessage(message, text);
}

/** Mustache with plain places, as a template of ours. */
export function mustacheText(message: Flow, text: string, literal: (part: string) => string): string {
  let result = '';
  let at = 0;
  for (const match of text.matchAll(/\{\{\{\s*([^{}]*?)\s*\}\}\}|\{\{\s*([^{}]*?)\s*\}\}/g)) {
    result += literal(text.slice(at, match.index));
    result += `\${${mustachePlace(message, (match[1] ?? match[2] ?? '').replace(/^&\s*/, ''))} ?? ''}`;
    at = match.index + match[0].length;
  }
  return result + literal(text.slice(at));
}

function mustachePlace(message: Flow, place: string): string {
  const store = /^(flow|global)\.(.+)$/.exec(place);
  if (store) return typedExpression(message, store[1] ?? 'flow', store[2]);
  if (place.startsWith('env.')) return typedExpression(message, 'env', place.slice(4));
  if (!/^[A-Za-z_]/.test(place)) throw new Untranslatable(`{{${place}}} has no counterpart`);
  return readMessage(message, place);
}

/** An expression as a field of a step; a plain value stands there as itself. */
export function fieldOf(expression: string): unknown {
  const text = /^'([^'\\]*)'$/.exec(expression)?.[1];
  if (text !== undefined) return literalText(text);
  return /^(-?\d+(\.\d+)?|true|false)$/.test(expression) ? (JSON.parse(expression) as unknown) : `\${${expression}}`;
}
