import { LIMITS, type Run, charge, checkItems, checkText, fail } from './limits.ts';

const REFUSED_NAMES = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

/** Marks "an optional link found nothing" inside a `?.` chain. Never leaves the chain. */
export const SHORT: unique symbol = Symbol('short');

export function isRefusedName(name: string): boolean {
  return REFUSED_NAMES.has(name);
}

export function checkName(name: string): string {
  if (REFUSED_NAMES.has(name)) fail(`The name '${name}' is not allowed in an expression.`);
  return name;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The list itself, or for a subclass of Array a plain copy: its methods and species must not run. */
export function plainList(value: unknown[]): unknown[] {
  if (Object.getPrototypeOf(value) === Array.prototype) return value;
  checkItems(value.length);
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(value[i]);
  return copy;
}

/** The words a message uses. Values themselves stay out of messages: they may be secrets. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true/false';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}

/** Own property or undefined; the only way in which an expression reads an object. */
export function readOwn(value: unknown, key: string | number): unknown {
  if (typeof value === 'object' && value !== null) {
    if (!Object.hasOwn(value, key)) return undefined;
    const found = (value as Record<string | number, unknown>)[key];
    return typeof found === 'function' ? refuseFunction(key) : found;
  }
  return readPrimitive(value, key);
}

function readPrimitive(value: unknown, key: string | number): unknown {
  if (value === SHORT) return SHORT;
  if (typeof value !== 'string') return undefined;
  if (key === 'length') return value.length;
  return value[Number(key)];
}

function refuseFunction(key: string | number): never {
  return fail(`'${key}' is a function; an expression reads data only.`);
}

export function readDynamic(value: unknown, key: unknown): unknown {
  if (typeof key === 'number') return readOwn(value, key);
  if (typeof key === 'string') return readOwn(value, checkName(key));
  return fail(`The value in […] must be text or a number, not ${typeName(key)}.`);
}

/** Sets an own property and never reaches a setter of a prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  target[checkName(key)] = value;
}

interface MeasureBounds {
  values: number;
  chars: number;
}

/** Walks a value as the tree it would be in JSON; fails when it is too big, too deep or not data. */
export function measure(value: unknown, bounds: MeasureBounds): void {
  measureAt(value, bounds, 0);
}

function measureAt(value: unknown, bounds: MeasureBounds, depth: number): void {
  bounds.values -= 1;
  if (typeof value === 'string') bounds.chars -= value.length;
  if (bounds.values < 0 || bounds.chars < 0) fail('The value is too big for an expression. Use a data node.');
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    fail('The value holds something that is not data.');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth >= LIMITS.depth) fail(`The value is nested more than ${LIMITS.depth} levels deep.`);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) measureAt(value[i], bounds, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    bounds.chars -= key.length;
    measureAt((value as Record<string, unknown>)[key], bounds, depth + 1);
  }
}

/** JSON text of any data, bounded before the host writes it. */
export function jsonText(run: Run | undefined, value: unknown, indent = 0): string {
  const bounds = { values: LIMITS.textChars, chars: LIMITS.textChars };
  measure(value, bounds);
  charge(run, 1 + Math.floor((2 * LIMITS.textChars - bounds.values - bounds.chars) / 64));
  return checkText(JSON.stringify(value, null, indent) ?? '');
}

/** The one rule for turning a value into text: null and undefined are empty, objects and lists are JSON. */
export function toText(run: Run | undefined, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return '';
    case 'object':
      if (value === null) return '';
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
      return jsonText(run, value);
    default:
      return fail(`${typeName(value)} cannot become text.`);
  }
}

/** Equality by content, used by equals(), unique() and their like. */
export function deepEquals(run: Run | undefined, left: unknown, right: unknown, depth = 0): boolean {
  charge(run, 1);
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (depth >= LIMITS.depth) fail(`The values are nested more than ${LIMITS.depth} levels deep.`);
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (left instanceof Date || right instanceof Date) return toText(run, left) === toText(run, right);
  const keys = Object.keys(left);
  charge(run, Math.floor(keys.length / 16));
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => Object.hasOwn(right, key) && deepEquals(run, readOwn(left, key), readOwn(right, key), depth + 1),
  );
}

export function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}

/** A frozen copy of JSON data: the original, part of a document, stays as it is. */
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, frozenCopy(part)])));
}
