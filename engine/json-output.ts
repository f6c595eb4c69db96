import { AppError } from '@casare/shared';

/** Deeper data is refused: a cycle looks like endless depth, and nobody means 200 levels. */
const deepest = 200;

/**
 * What a step hands on is JSON, whether its run keeps a journal or not: a resumed run must see the same. Dates become ISO text, values with `toJSON`
 * what that says, `undefined` members go, numbers that are not finite become null; functions, BigInt, bytes, maps and cycles are DATA_FORMAT.
 * Data that is JSON already is given back as it is, not copied.
 */
export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    default:
      return value === null ? null : convert(value, 0);
  }
}

function convert(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'undefined':
      return null;
    case 'object':
      break;
    default:
      return refuse(`a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth > deepest) return refuse(`data nested more than ${deepest} levels deep, or that holds itself`);
  if (Array.isArray(value)) return convertList(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return convertRecord(value as Record<string, unknown>, depth);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return refuse('bytes; write them to a file, or turn them into text');
  const own = (value as { toJSON?: unknown }).toJSON;
  if (typeof own === 'function') return convert((own as () => unknown).call(value), depth + 1);
  return refuse(`a ${value.constructor?.name ?? 'value'} that JSON cannot hold`);
}

function convertList(list: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = convert(before, depth + 1);
    if (copy) copy.push(after);
    else if (after !== before) copy = [...list.slice(0, i), after];
  }
  return copy ?? list;
}

function convertRecord(record: Record<string, unknown>, depth: number): Record<string, unknown> {
  let changed = false;
  for (const key in record) {
    const before = record[key];
    if (
      before === undefined ||
      typeof before === 'object' ||
      typeof before === 'function' ||
      typeof before === 'bigint'
    ) {
      if (before === null) continue;
      if (before === undefined || convert(before, depth + 1) !== before) {
        changed = true;
        break;
      }
    } else if (typeof before === 'number' ? !Number.isFinite(before) : typeof before === 'symbol') {
      changed = true;
      break;
    }
  }
  if (!changed) return record;
  const copy: [string, unknown][] = [];
  for (const key of Object.keys(record)) {
    if (record[key] !== undefined) copy.push([key, convert(record[key], depth + 1)]);
  }
  return Object.fromEntries(copy);
}

function refuse(what: string): never {
  throw new AppError(
    'DATA_FORMAT',
    `The step gave ${what}. What a step gives must be JSON: text, numbers, true/false, lists and objects.`,
  );
}
