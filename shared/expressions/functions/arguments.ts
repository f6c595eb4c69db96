import { type Callback, type Run, fail } from '../limits.ts';
import { checkName, isRecord, plainList, readOwn, typeName } from '../values.ts';

function wrong(args: unknown[], i: number, name: string, wanted: string): never {
  return fail(`${name}: argument ${i + 1} must be ${wanted}, not ${typeName(args[i])}.`);
}

export function textAt(args: unknown[], i: number, name: string): string {
  const value = args[i];
  return typeof value === 'string' ? value : wrong(args, i, name, 'text');
}

export function textOr(args: unknown[], i: number, name: string, fallback: string): string {
  return args[i] === undefined ? fallback : textAt(args, i, name);
}

export function numberAt(args: unknown[], i: number, name: string): number {
  const value = args[i];
  return typeof value === 'number' ? value : wrong(args, i, name, 'a number');
}

export function integerAt(args: unknown[], i: number, name: string): number {
  const value = args[i];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : wrong(args, i, name, 'a whole number');
}

export function integerOr(args: unknown[], i: number, name: string, fallback: number): number {
  return args[i] === undefined ? fallback : integerAt(args, i, name);
}

export function listAt(args: unknown[], i: number, name: string): unknown[] {
  const value = args[i];
  return Array.isArray(value) ? plainList(value) : wrong(args, i, name, 'a list');
}

export function recordAt(args: unknown[], i: number, name: string): Record<string, unknown> {
  const value = args[i];
  return isRecord(value) ? value : wrong(args, i, name, 'an object');
}

/** The compiler puts a callback only where a definition asks for one, so nothing else can arrive here. */
export function callbackAt(args: unknown[], i: number): Callback {
  return args[i] as Callback;
}

/** An arrow function, or the name of a field to read; without either, the value itself. */
export function selectorAt(args: unknown[], i: number, name: string): Callback {
  const value = args[i];
  if (typeof value === 'function') return value as Callback;
  if (value === undefined) return (item) => item;
  if (typeof value !== 'string') return wrong(args, i, name, 'an arrow function or the name of a field');
  const key = checkName(value);
  return (item) => readOwn(item, key);
}

/** Names in a produced object: a text, number or boolean becomes one. */
export function keyText(value: unknown, name: string): string {
  if (typeof value === 'string') return checkName(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(`${name}: a key must be text, a number or true/false, not ${typeName(value)}.`);
}

/** Order of values when nothing else is said: numbers by size, texts by character code, missing values last. */
export function compareValues(run: Run, left: unknown, right: unknown): number {
  if (left === right) return 0;
  const leftMissing = left === undefined || left === null;
  const rightMissing = right === undefined || right === null;
  if (leftMissing || rightMissing) return Number(leftMissing) - Number(rightMissing);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string' && typeof right === 'string') {
    run.left -= Math.floor(Math.min(left.length, right.length) / 1024);
    return left < right ? -1 : 1;
  }
  return fail(`Cannot order ${typeName(left)} and ${typeName(right)}: sort by texts only or by numbers only.`);
}
