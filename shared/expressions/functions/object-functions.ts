import { LIMITS, type Run, charge, chargeText, checkItems, checkTextLength, fail } from '../limits.ts';
import {
  checkName,
  deepEquals,
  isRecord,
  isRefusedName,
  jsonText,
  measure,
  readOwn,
  setOwn,
  typeName,
} from '../values.ts';
import { integerOr, keyText, listAt, recordAt, textAt } from './arguments.ts';
import { type FunctionDefinition, defineFunction } from './definition.ts';

function keysOf(run: Run, args: unknown[], name: string): string[] {
  const value = args[0];
  if (!isRecord(value) && !Array.isArray(value)) return fail(`${name}: needs an object, not ${typeName(value)}.`);
  const keys = Object.keys(value);
  charge(run, Math.floor(keys.length / 4));
  checkItems(keys.length);
  return keys;
}

const keys: FunctionDefinition['call'] = (run, args) => keysOf(run, args, 'keys');
const values: FunctionDefinition['call'] = (run, args) =>
  keysOf(run, args, 'values').map((key) => readOwn(args[0], key));
const entries: FunctionDefinition['call'] = (run, args) =>
  keysOf(run, args, 'entries').map((key) => [key, readOwn(args[0], key)]);

function fromEntries(run: Run, args: unknown[]): Record<string, unknown> {
  const list = listAt(args, 0, 'fromEntries');
  checkItems(list.length);
  const result: Record<string, unknown> = {};
  for (const entry of list) {
    charge(run, 1);
    if (!Array.isArray(entry)) fail(`fromEntries: each item must be [name, value], not ${typeName(entry)}.`);
    result[keyText(readOwn(entry, 0), 'fromEntries')] = readOwn(entry, 1);
  }
  return result;
}

function pickNames(args: unknown[], name: string): string[] {
  const names = Array.isArray(args[1]) ? listAt(args, 1, name) : args.slice(1);
  return names.map((_item: unknown, i: number) => checkName(textAt(names, i, name)));
}

function pick(run: Run, args: unknown[]): Record<string, unknown> {
  const source = recordAt(args, 0, 'pick');
  const result: Record<string, unknown> = {};
  for (const key of pickNames(args, 'pick')) {
    charge(run, 1);
    if (Object.hasOwn(source, key)) result[key] = readOwn(source, key);
  }
  return result;
}

function omit(run: Run, args: unknown[]): Record<string, unknown> {
  const source = recordAt(args, 0, 'omit');
  const left = new Set(pickNames(args, 'omit'));
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    charge(run, 1);
    if (!left.has(key)) setOwn(result, key, readOwn(source, key));
  }
  return result;
}

function merge(run: Run, args: unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    if (args[i] === null || args[i] === undefined) continue;
    const source = recordAt(args, i, 'merge');
    for (const key of Object.keys(source)) {
      charge(run, 1);
      setOwn(result, key, readOwn(source, key));
    }
  }
  return result;
}

function get(run: Run, args: unknown[]): unknown {
  const path = textAt(args, 1, 'get');
  chargeText(run, path.length * 8);
  let value = args[0];
  for (const name of path.split('.', LIMITS.chainTerms)) {
    if (value === null || value === undefined) break;
    value = readOwn(value, checkName(name));
  }
  return value === undefined || value === null ? args[2] : value;
}

function parseJson(run: Run, args: unknown[]): unknown {
  const text = textAt(args, 0, 'JSON.parse');
  checkTextLength(text.length);
  charge(run, 1 + Math.floor(text.length / 64));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('JSON.parse: the text is not JSON.');
  }
  measure(value, { values: LIMITS.textChars, chars: LIMITS.textChars });
  refuseNames(value);
  return value;
}

/** A parsed `__proto__` is harmless here, but not in whatever merges the result later. */
function refuseNames(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    checkItems(value.length);
    for (const item of value) refuseNames(item);
    return;
  }
  for (const key of Object.keys(value)) refuseNames(readOwn(value, checkName(key)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return false;
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value;
}

export const OBJECT_FUNCTIONS: readonly FunctionDefinition[] = [
  defineFunction('keys(object)', 'The names of an object.', 'keys({ a: 1, b: 2 }) // ["a", "b"]', [1, 1], keys),
  defineFunction('values(object)', 'The values of an object.', 'values({ a: 1, b: 2 }) // [1, 2]', [1, 1], values),
  defineFunction('entries(object)', 'Pairs of name and value.', 'entries({ a: 1 }) // [["a", 1]]', [1, 1], entries),
  defineFunction(
    'fromEntries(pairs)',
    'An object from pairs of name and value.',
    'fromEntries([[\'a\', 1]]) // {"a": 1}',
    [1, 1],
    fromEntries,
  ),
  defineFunction('Object.keys(object)', 'The same as keys.', 'Object.keys({ a: 1 }) // ["a"]', [1, 1], keys),
  defineFunction('Object.values(object)', 'The same as values.', 'Object.values({ a: 1 }) // [1]', [1, 1], values),
  defineFunction(
    'Object.entries(object)',
    'The same as entries.',
    'Object.entries({ a: 1 }) // [["a", 1]]',
    [1, 1],
    entries,
  ),
  defineFunction(
    'Object.fromEntries(pairs)',
    'The same as fromEntries.',
    'Object.fromEntries([[\'a\', 1]]) // {"a": 1}',
    [1, 1],
    fromEntries,
  ),
  defineFunction(
    'has(object, name)',
    'Whether an object has that name itself.',
    "has({ a: 1 }, 'a') // true",
    [2, 2],
    (_run, args) => {
      const name = textAt(args, 1, 'has');
      return isRecord(args[0]) && !isRefusedName(name) && Object.hasOwn(args[0], name);
    },
  ),
  defineFunction(
    'get(value, path, fallback?)',
    'The value at a path with dots; the fallback when there is none.',
    "get({ a: [{ b: 1 }] }, 'a.0.b', 0) // 1",
    [2, 3],
    get,
  ),
  defineFunction(
    'pick(object, ...names)',
    'Only those names; also pick(object, list).',
    'pick({ a: 1, b: 2 }, \'a\') // {"a": 1}',
    [2, 1000],
    pick,
  ),
  defineFunction(
    'omit(object, ...names)',
    'All but those names; also omit(object, list).',
    'omit({ a: 1, b: 2 }, \'a\') // {"b": 2}',
    [2, 1000],
    omit,
  ),
  defineFunction(
    'merge(...objects)',
    'One object of all names; later ones win. null and undefined are skipped.',
    'merge({ a: 1 }, { a: 2, b: 3 }) // {"a": 2, "b": 3}',
    [1, 1000],
    merge,
  ),
  defineFunction(
    'equals(a, b)',
    'Whether two values have the same content.',
    'equals([1, { a: 2 }], [1, { a: 2 }]) // true',
    [2, 2],
    (run, args) => deepEquals(run, args[0], args[1]),
  ),
  defineFunction(
    'isEmpty(value)',
    'Whether a value is null, undefined, an empty text, list or object.',
    'isEmpty([]) // true',
    [1, 1],
    (_run, args) => isEmpty(args[0]),
  ),
  defineFunction(
    'typeOf(value)',
    "'text', 'number', 'boolean', 'list', 'object' or 'null'.",
    'typeOf([1]) // "list"',
    [1, 1],
    (_run, args) => typeOf(args[0]),
  ),
  defineFunction(
    'Boolean(value)',
    'false for null, undefined, 0, empty text and false; otherwise true.',
    "Boolean('a') // true",
    [1, 1],
    (_run, args) => Boolean(args[0]),
  ),
  defineFunction('JSON.parse(text)', 'The value of a JSON text.', "JSON.parse('[1, 2]') // [1, 2]", [1, 1], parseJson),
  defineFunction(
    'JSON.stringify(value, null?, indent?)',
    'A value as JSON text.',
    'JSON.stringify({ a: 1 }) // "{\\"a\\":1}"',
    [1, 3],
    (run, args) => {
      if (args[1] !== null && args[1] !== undefined) fail('JSON.stringify: the second argument is null.');
      return jsonText(run, args[0] ?? null, Math.max(0, Math.min(8, integerOr(args, 2, 'JSON.stringify', 0))));
    },
  ),
];
