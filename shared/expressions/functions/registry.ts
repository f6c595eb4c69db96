import { LIST_METHODS } from '../methods/list-methods.ts';
import { LIST_CALLBACK_METHODS } from '../methods/list-callback-methods.ts';
import { NUMBER_METHODS } from '../methods/number-methods.ts';
import { TEXT_METHODS } from '../methods/text-methods.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import type { FunctionDefinition, MethodDefinition, Receiver } from './definition.ts';
import { GROUP_FUNCTIONS } from './group-functions.ts';
import { LIST_FUNCTIONS } from './list-functions.ts';
import { NUMBER_FUNCTIONS } from './number-functions.ts';
import { OBJECT_FUNCTIONS } from './object-functions.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

const ALL_FUNCTIONS: readonly FunctionDefinition[] = [
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...GROUP_FUNCTIONS,
  ...OBJECT_FUNCTIONS,
  ...DATE_FUNCTIONS,
];

const ALL_METHODS: readonly MethodDefinition[] = [
  ...TEXT_METHODS,
  ...LIST_METHODS,
  ...LIST_CALLBACK_METHODS,
  ...NUMBER_METHODS,
];

/** Maps, not objects: a name such as `constructor` finds nothing in a Map. */
export const FUNCTION_TABLE: ReadonlyMap<string, FunctionDefinition> = new Map(
  ALL_FUNCTIONS.map((definition) => [definition.name, definition]),
);

export const METHOD_TABLE: ReadonlyMap<string, ReadonlyMap<Receiver, MethodDefinition>> = groupMethods();

export const NAMESPACES: ReadonlySet<string> = new Set(['Math', 'JSON', 'Object', 'Array', 'Number', 'String']);

export const NAMESPACE_CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['Math.PI', Math.PI],
  ['Math.E', Math.E],
  ['Number.MAX_SAFE_INTEGER', Number.MAX_SAFE_INTEGER],
  ['Number.MIN_SAFE_INTEGER', Number.MIN_SAFE_INTEGER],
]);

const CHANGES = 'would change the list.';

/** Calls that people try, with what to write instead. Methods start with a dot. */
export const REFUSED_CALLS: ReadonlyMap<string, string> = new Map([
  ['.push', `push ${CHANGES} Write [...list, value].`],
  ['.unshift', `unshift ${CHANGES} Write [value, ...list].`],
  ['.pop', `pop ${CHANGES} Write list.at(-1) for the last item, list.slice(0, -1) for the rest.`],
  ['.shift', `shift ${CHANGES} Write list[0] for the first item, list.slice(1) for the rest.`],
  ['.splice', `splice ${CHANGES} Write [...list.slice(0, i), ...list.slice(j)].`],
  ['.fill', `fill ${CHANGES} Write list.map(() => value).`],
  ['.copyWithin', `copyWithin ${CHANGES} Write slice and [...a, ...b].`],
  ['.forEach', 'forEach has no result. Write map, or use a loop node.'],
  [
    '.match',
    'Regular expressions are not available. Write matches(text, pattern) with * and ?, or use the "Regex" node.',
  ],
  ['.matchAll', 'Regular expressions are not available. Use the "Regex" node.'],
  ['.search', 'Regular expressions are not available. Write text.indexOf(part).'],
  ['.substr', 'Write slice(start, end).'],
  ['.localeCompare', 'Its order depends on the machine. Write a < b, or sortBy(list, x => lower(x.name)).'],
  ['.toLocaleString', 'Its result depends on the machine. Write formatNumber or formatDate.'],
  ['.hasOwnProperty', "Write 'name' in object, or has(object, 'name')."],
  ['.call', 'Functions are not values here.'],
  ['.apply', 'Functions are not values here.'],
  ['.bind', 'Functions are not values here.'],
  ['Math.random', 'An expression gives the same result each time. Use the "Random number" node.'],
  ['Object.assign', 'Write { ...a, ...b } or merge(a, b).'],
  ['Array.from', 'Write range(n).map(i => …) or [...list].'],
  ['Date', 'Dates are texts: now(), parseDate(text), formatDate(date, pattern).'],
  ['eval', 'Text cannot be run as code.'],
  ['Function', 'Text cannot be run as code.'],
  ['require', 'Nothing can be loaded in an expression.'],
  ['fetch', 'An expression does not reach the network. Use the "HTTP request" node.'],
]);

/** Everything that can be called, for completion and the reference. */
export const ALL_DEFINITIONS: readonly (FunctionDefinition | MethodDefinition)[] = [...ALL_FUNCTIONS, ...ALL_METHODS];

function groupMethods(): ReadonlyMap<string, ReadonlyMap<Receiver, MethodDefinition>> {
  const groups = new Map<string, Map<Receiver, MethodDefinition>>();
  for (const definition of ALL_METHODS) {
    const group = groups.get(definition.method) ?? new Map<Receiver, MethodDefinition>();
    group.set(definition.on, definition);
    groups.set(definition.method, group);
  }
  return groups;
}
