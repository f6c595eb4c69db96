import { AppError } from '@casare/shared';

/** Deeper data is refused: a cycle looks like endless depth, and nobody means 200 levels. */
const deepest = 200;
/** What a step hands on must fit into memory several times over: as data, as JSON, on its way into the journal. */
const mostValues = 10_000_000;
const mostCharacters = 256 * 1024 * 1024;

/** What is left of the two limits while one output is looked at. Lists that share their parts count each time: in JSON they stand there each time. */
interface Room {
  values: number;
  characters: number;
}

/**
 * What a step hands on is JSON, whether its run keeps a journal or not: a resumed run must see the same. Dates become ISO text, values with `toJSON`
 * what that says, `undefined` members go, numbers that are not finite become null; functions, BigInt, bytes, maps and cycles are DATA_FORMAT.
 * Data that is JSON already is given back as it is, not copied. More than fits is PAYLOAD_TOO_LARGE.
 */
export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      if (value.length > mostCharacters) tooLarge();
      return value;
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    default:
      return value === null ? null : convert(value, 0, { values: mostValues, characters: mostCharacters });
  }
}

function convert(value: unknown, depth: number, room: Room): unknown {
  if (--room.values < 0) tooLarge();
  switch (typeof value) {
    case 'string':
      room.characters -= value.length;
      if (room.characters < 0) tooLarge();
      return value;
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
  if (Array.isArray(value)) return convertList(value, depth, room);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return convertRecord(value as Record<string, unknown>, depth, room);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return refuse('bytes; write them to a file, or turn them into text');
  const own = (value as { toJSON?: unknown }).toJSON;
  if (typeof own === 'function') return convert((own as () => unknown).call(value), depth + 1, room);
  return refuse(`a ${value.constructor?.name ?? 'value'} that JSON cannot hold`);
}

function convertList(list: unknown[], depth: number, room: Room): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = convert(before, depth + 1, room);
    if (copy) copy.push(after);
    else if (after !== before) copy = [...list.slice(0, i), after];
  }
  return copy ?? list;
}

/** Each member is looked at once: a change deep inside must not be made anew on every level above it. */
function convertRecord(record: Record<string, unknown>, depth: number, room: Room): Record<string, unknown> {
  let copy: [string, unknown][] | undefined;
  let members = 0;
  for (const key in record) {
    room.characters -= key.length;
    const before = record[key];
    // Most members of most outputs are plain: they are done with here.
    if (copy === undefined && isPlain(before, room)) {
      members++;
      continue;
    }
    const after = before === undefined ? undefined : convert(before, depth + 1, room);
    if (copy === undefined && (after !== before || before === undefined)) copy = firstMembers(record, members);
    if (copy !== undefined && before !== undefined) copy.push([key, after]);
    members++;
  }
  return copy === undefined ? record : Object.fromEntries(copy);
}

function isPlain(value: unknown, room: Room): boolean {
  switch (typeof value) {
    case 'string':
      room.values--;
      room.characters -= value.length;
      return room.values >= 0 && room.characters >= 0;
    case 'number':
      return --room.values >= 0 && Number.isFinite(value);
    case 'boolean':
      return --room.values >= 0;
    default:
      return false;
  }
}

function firstMembers(record: Record<string, unknown>, count: number): [string, unknown][] {
  const members: [string, unknown][] = [];
  for (const key in record) {
    if (members.length === count) break;
    members.push([key, record[key]]);
  }
  return members;
}

function tooLarge(): never {
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `The step gave more than a step may hand on: ${mostValues / 1e6} million values, or ${mostCharacters / 1024 ** 2} million characters. Write it to a file, or keep less of it.`,
  );
}

function refuse(what: string): never {
  throw new AppError(
    'DATA_FORMAT',
    `The step gave ${what}. What a step gives must be JSON: text, numbers, true/false, lists and objects.`,
  );
}
