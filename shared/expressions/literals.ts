import type { ArrayExpression, ObjectExpression, Property } from 'acorn';
import { type Place, refuse } from './context.ts';
import { type Eval, charge, checkItems, fail } from './limits.ts';
import { checkName, isRecord, isRefusedName, readOwn, setOwn, typeName } from './values.ts';

export function compileArray(node: ArrayExpression, place: Place): Eval {
  place.unit.builds = true;
  let spreads = false;
  const parts = node.elements.map((element): { spread: boolean; read: Eval } => {
    if (element === null) return { spread: false, read: refuse(place, node, 'The list has an empty place.') };
    if (element.type !== 'SpreadElement') return { spread: false, read: place.compile(element, place) };
    spreads = true;
    return { spread: true, read: place.compile(element.argument, place) };
  });
  if (!spreads) {
    const reads = parts.map((part) => part.read);
    return (scope, run) => reads.map((read) => read(scope, run));
  }
  place.unit.counted = true;
  return (scope, run) => {
    const list: unknown[] = [];
    for (const { spread, read } of parts) {
      const value = read(scope, run);
      if (!spread) list.push(value);
      else if (Array.isArray(value)) {
        charge(run, 1 + value.length);
        checkItems(list.length + value.length);
        for (let i = 0; i < value.length; i++) list.push(readOwn(value, i));
      } else fail(`'...' in a list needs a list, not ${typeName(value)}.`);
    }
    return list;
  };
}

/** Adds one part of an object literal to the object being made. */
type Put = (target: Record<string, unknown>, ...rest: Parameters<Eval>) => void;

export function compileObject(node: ObjectExpression, place: Place): Eval {
  place.unit.builds = true;
  const puts = node.properties.map((property): Put => {
    if (property.type === 'Property') return compileProperty(property, place);
    place.unit.counted = true;
    return spreadInto(place.compile(property.argument, place));
  });
  return (scope, run) => {
    const target: Record<string, unknown> = {};
    for (const put of puts) put(target, scope, run);
    return target;
  };
}

function compileProperty(property: Property, place: Place): Put {
  if (property.kind !== 'init' || property.method) {
    refuse(place, property, 'Objects hold data only, no functions.');
    return () => undefined;
  }
  const value = place.compile(property.value, place);
  if (property.computed) {
    const key = place.compile(property.key, place);
    return (target, scope, run) => setOwn(target, keyOf(key(scope, run)), value(scope, run));
  }
  const name = staticName(property);
  if (name === undefined || isRefusedName(name)) {
    refuse(place, property.key, `The name '${name ?? '?'}' is not allowed in an object.`);
    return () => undefined;
  }
  return (target, scope, run) => {
    target[name] = value(scope, run);
  };
}

function staticName(property: Property): string | undefined {
  if (property.key.type === 'Identifier') return property.key.name;
  if (property.key.type !== 'Literal' || property.key.regex) return undefined;
  return String(property.key.value);
}

function keyOf(key: unknown): string {
  if (typeof key === 'string') return key;
  return typeof key === 'number' ? String(key) : fail(`A name in an object must be text, not ${typeName(key)}.`);
}

function spreadInto(read: Eval): Put {
  return (target, scope, run) => {
    const value = read(scope, run);
    if (value === null || value === undefined) return;
    if (!isRecord(value)) fail(`'...' in an object needs an object, not ${typeName(value)}.`);
    const keys = Object.keys(value);
    charge(run, 1 + keys.length);
    checkItems(keys.length);
    for (const key of keys) target[checkName(key)] = readOwn(value, key);
  };
}
