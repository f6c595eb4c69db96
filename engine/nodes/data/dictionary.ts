import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn, splitPath, valueAt } from './paths.ts';

type Dictionary = Record<string, unknown>;

export const dictionary = defineNode({
  type: 'data.dictionary',
  version: 1,
  title: 'Dictionary',
  category: 'data',
  icon: 'book-key',
  description: 'Works on an object: get, set or remove a field, merge with another, list its keys, values or entries.',
  synonyms: ['object', 'map', 'hash', 'keys', 'merge', 'property'],
  params: z.strictObject({
    operation: z
      .enum(['get', 'set', 'remove', 'has', 'merge', 'keys', 'values', 'entries'])
      .default('get')
      .meta({ title: 'Operation' }),
    dictionary: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ title: 'Dictionary', 'x-widget': 'json', placeholder: '${item}' }),
    path: z
      .string()
      .max(500)
      .default('')
      .meta({
        title: 'Field',
        placeholder: 'address.city',
        'x-show-if': { operation: ['get', 'set', 'remove', 'has'] },
      }),
    value: z
      .unknown()
      .optional()
      .meta({ title: 'Value', 'x-show-if': { operation: ['set'] } }),
    fallback: z
      .unknown()
      .optional()
      .meta({ title: 'If missing', 'x-show-if': { operation: ['get'] } }),
    other: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ title: 'Merge with', 'x-widget': 'json', 'x-show-if': { operation: ['merge'] } }),
    deep: z
      .boolean()
      .default(false)
      .meta({ title: 'Merge nested fields too', 'x-show-if': { operation: ['merge'] } }),
  }),
  output: z.object({ result: z.unknown(), found: z.boolean() }),
  effect: 'pure',
  examples: [
    {
      title: 'Read a field',
      params: { operation: 'get', dictionary: { address: { city: 'Oslo' } }, path: 'address.city' },
    },
    { title: 'Merge', params: { operation: 'merge', dictionary: { a: 1 }, other: { b: 2 } } },
  ],
  run(_ctx, { operation, dictionary: source, path, value, fallback, other, deep }) {
    const current = valueAt(source, path);
    const found = current !== undefined;
    const make = {
      get: () => current ?? fallback ?? null,
      has: () => found,
      set: () => replaced(source, splitPath(path), value ?? null),
      remove: () => (found ? replaced(source, splitPath(path), undefined) : source),
      merge: () => merged(source, other, deep),
      keys: () => Object.keys(source),
      values: () => Object.values(source),
      entries: () => Object.entries(source).map(([key, entry]) => ({ key, value: entry })),
    };
    return { output: { result: make[operation](), found } };
  },
});

/** A copy with the field set, or removed where `value` is undefined; objects and lists on the way are copied, never changed. */
function replaced(target: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy: unknown[] | Dictionary = Array.isArray(target) ? [...(target as unknown[])] : {};
  if (!Array.isArray(target) && target !== null && typeof target === 'object')
    for (const [name, entry] of Object.entries(target)) setOwn(copy as Dictionary, name, entry);
  const inner = Object.hasOwn(copy, key) ? (copy as Dictionary)[key] : undefined;
  const next = rest.length === 0 ? value : replaced(inner, rest, value);
  if (next !== undefined) setOwn(copy as Dictionary, key, next);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

function merged(a: Dictionary, b: Dictionary, deep: boolean): Dictionary {
  const result: Dictionary = {};
  for (const [key, value] of Object.entries(a)) setOwn(result, key, value);
  for (const [key, value] of Object.entries(b)) {
    const old = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, deep && isDictionary(old) && isDictionary(value) ? merged(old, value, true) : value);
  }
  return result;
}

function isDictionary(value: unknown): value is Dictionary {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
