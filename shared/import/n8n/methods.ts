import type { AnyNode } from 'acorn';
import { luxonMethod } from '../luxon.ts';
import { quoted } from '../literal-text.ts';
import { textOf } from '../rewrite.ts';

type Render = (node: AnyNode) => string;

/** Methods that n8n gives to texts, numbers, lists and objects, with ours in their place. */
const EXTENSIONS: Readonly<Record<string, (on: string, args: string[]) => string>> = {
  isEmpty: (on) => `isEmpty(${on})`,
  isNotEmpty: (on) => `!isEmpty(${on})`,
  toNumber: (on) => `Number(${on})`,
  toFloat: (on) => `Number(${on})`,
  toInt: (on) => `Math.trunc(Number(${on}))`,
  toBoolean: (on) => `Boolean(${on})`,
  toJsonString: (on) => `JSON.stringify(${on})`,
  parseJson: (on) => `JSON.parse(${on})`,
  first: (on) => `first(${on})`,
  last: (on) => `last(${on})`,
  sum: (on) => `sum(${on})`,
  average: (on) => `avg(${on})`,
  min: (on) => `min(${on})`,
  max: (on) => `max(${on})`,
  unique: (on, args) => `unique(${[on, ...args].join(', ')})`,
  removeDuplicates: (on, args) => `unique(${[on, ...args].join(', ')})`,
  compact: (on) => `compact(${on})`,
  chunk: (on, [size = '1']) => `chunk(${on}, ${size})`,
  pluck: (on, [field = "''"]) => `${on}.map((one) => one[${field}])`,
  keys: (on) => `keys(${on})`,
  values: (on) => `values(${on})`,
  hasField: (on, [field = "''"]) => `has(${on}, ${field})`,
  merge: (on, args) => `merge(${[on, ...args].join(', ')})`,
  round: (on, args) => `round(${[on, ...args].join(', ')})`,
  floor: (on) => `Math.floor(${on})`,
  ceil: (on) => `Math.ceil(${on})`,
  abs: (on) => `Math.abs(${on})`,
  urlEncode: (on) => `encodeURIComponent(${on})`,
  urlDecode: (on) => `decodeURIComponent(${on})`,
};

/** Words that only n8n gives these values; lists and texts have some of the names themselves. */
export function extensionCall(
  name: string,
  on: string,
  args: readonly AnyNode[],
  zone: string,
  render: Render,
): string | undefined {
  if (name === 'toString' && args.length === 0) return `String(${on})`;
  if (name === 'format' && textOf(args[0]) !== undefined) return luxonMethod(name, on, args, zone, render);
  if (['toISO', 'toFormat', 'toISODate', 'plus', 'minus', 'startOf', 'toDateTime', 'toISOString'].includes(name))
    return luxonMethod(name, on, args, zone, render);
  const extension = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined;
  return extension?.(on, args.map(render));
}

/** Functions without a receiver. */
export function functionCall(name: string, args: readonly AnyNode[], render: Render): string | undefined {
  const [a = "''", b = "''", c = "''"] = args.map(render);
  switch (name) {
    case '$if':
      return `(${a} ? ${b} : ${c})`;
    case '$ifEmpty':
      return `(isEmpty(${a}) ? ${b} : ${a})`;
    case '$min':
      return `Math.min(${args.map(render).join(', ')})`;
    case '$max':
      return `Math.max(${args.map(render).join(', ')})`;
    case 'parseInt':
      return `Math.trunc(Number(${a}))`;
    case 'parseFloat':
      return `Number(${a})`;
    case '$vars':
      return undefined;
    default:
      return undefined;
  }
}

/** A date that is written as a call or with `new`, as ISO text. */
export function dateRoot(node: AnyNode, render: Render): string | undefined {
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'Date') {
    const [first] = node.arguments;
    return first ? `parseDate(${render(first)})` : 'now()';
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object, property } = node.callee;
  if (object.type !== 'Identifier' || object.name !== 'DateTime' || property.type !== 'Identifier') return undefined;
  const [first] = node.arguments;
  if (property.name === 'now' || property.name === 'local' || property.name === 'utc')
    return first ? undefined : 'now()';
  if (property.name === 'fromISO' && first) return `parseDate(${render(first)})`;
  if (property.name === 'fromFormat' && first && textOf(node.arguments[1]) !== undefined)
    return `parseDate(${render(first)}, ${quoted(textOf(node.arguments[1]) ?? '')})`;
  return undefined;
}
