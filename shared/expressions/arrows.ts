import type { ArrowFunctionExpression, Expression, Pattern } from 'acorn';
import { type Place, refuse } from './context.ts';
import { type Callback, type Eval, type Run, charge, checkItems, fail } from './limits.ts';
import type { ExpressionScope } from './scope.ts';
import { isRecord, isRefusedName, plainList, readOwn, setOwn, typeName } from './values.ts';

/** Puts an argument into the slots of the names that a parameter declares. */
type Bind = (scope: ExpressionScope, run: Run, value: unknown) => void;

/** Large bodies cost more than one operation a call: one more for every 16 parts. */
const PARTS_PER_OPERATION = 16;

/** Evaluates to a host function that only our own list functions ever call. */
export function compileArrow(node: ArrowFunctionExpression, place: Place): Eval {
  if (node.async) return refuse(place, node, 'Arrow functions cannot be async here.');
  if (node.body.type === 'BlockStatement') {
    return refuse(place, node.body, 'Write the result right behind =>, without { }. For an object: x => ({ … }).');
  }
  const slots = new Map<string, number>();
  const inner: Place = { ...place, depth: place.depth + 1, locals: { slots, outer: place.locals } };
  const before = place.unit.nodes;
  const binds = node.params.map((param) => compileBind(param, slots, inner));
  const body = place.compile(node.body, inner);
  const weight = 1 + Math.floor((place.unit.nodes - before) / PARTS_PER_OPERATION);
  const simple = node.params.every((param) => param.type === 'Identifier');
  const [first, second] = [...slots.values()];
  if (simple && node.params.length === 1 && first !== undefined) return oneName(first, body, weight);
  if (simple && slots.size === 2 && first !== undefined && second !== undefined) {
    return twoNames(first, second, body, weight);
  }
  return (scope, maybeRun) => {
    const run = maybeRun as Run;
    return ((...args) => {
      charge(run, weight);
      for (let i = 0; i < binds.length; i++) (binds[i] as Bind)(scope, run, args[i]);
      return body(scope, run);
    }) satisfies Callback;
  };
}

function oneName(slot: number, body: Eval, weight: number): Eval {
  return (scope, maybeRun) => {
    const run = maybeRun as Run;
    return ((a) => {
      charge(run, weight);
      run.locals[slot] = a;
      return body(scope, run);
    }) satisfies Callback;
  };
}

function twoNames(first: number, second: number, body: Eval, weight: number): Eval {
  return (scope, maybeRun) => {
    const run = maybeRun as Run;
    return ((a, b) => {
      charge(run, weight);
      run.locals[first] = a;
      run.locals[second] = b;
      return body(scope, run);
    }) satisfies Callback;
  };
}

function compileBind(pattern: Pattern, slots: Map<string, number>, place: Place): Bind {
  switch (pattern.type) {
    case 'Identifier':
      return bindName(pattern.name, pattern, slots, place);
    case 'AssignmentPattern': {
      const bind = compileBind(pattern.left, slots, place);
      const fallback = place.compile(pattern.right, place);
      return (scope, run, value) => bind(scope, run, value === undefined ? fallback(scope, run) : value);
    }
    case 'ObjectPattern':
      return bindObject(pattern, slots, place);
    case 'ArrayPattern':
      return bindList(pattern, slots, place);
    default:
      refuse(place, pattern, 'This kind of parameter is not allowed.');
      return () => undefined;
  }
}

function bindName(name: string, node: Pattern, slots: Map<string, number>, place: Place): Bind {
  if (isRefusedName(name) || name === 'undefined' || name === 'arguments') {
    refuse(place, node, `'${name}' cannot be the name of a parameter.`);
  }
  const slot = place.unit.localCount++;
  slots.set(name, slot);
  return (_scope, run, value) => {
    run.locals[slot] = value;
  };
}

function bindObject(pattern: Pattern & { type: 'ObjectPattern' }, slots: Map<string, number>, place: Place): Bind {
  const fields: { key: string; bind: Bind }[] = [];
  let rest: Bind | undefined;
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') {
      rest = compileBind(property.argument, slots, place);
      continue;
    }
    const key = staticKey(property.key, property.computed);
    if (key === undefined || isRefusedName(key)) {
      refuse(place, property, 'This name is not allowed in a parameter.');
      continue;
    }
    fields.push({ key, bind: compileBind(property.value, slots, place) });
  }
  const taken = new Set(fields.map((field) => field.key));
  return (scope, run, value) => {
    if (!isRecord(value)) fail(`The parameter { … } needs an object, not ${typeName(value)}.`);
    for (const { key, bind } of fields) bind(scope, run, readOwn(value, key));
    rest?.(scope, run, copyExcept(run, value, taken));
  };
}

function copyExcept(run: Run, value: Record<string, unknown>, taken: ReadonlySet<string>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const keys = Object.keys(value);
  charge(run, keys.length);
  for (const key of keys) if (!taken.has(key)) setOwn(copy, key, readOwn(value, key));
  return copy;
}

function staticKey(key: Expression, computed: boolean): string | undefined {
  if (computed) return undefined;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

function bindList(pattern: Pattern & { type: 'ArrayPattern' }, slots: Map<string, number>, place: Place): Bind {
  const binds = pattern.elements.map((element): Bind | undefined => {
    if (element === null) return undefined;
    if (element.type === 'RestElement') return compileBind(element.argument, slots, place);
    return compileBind(element, slots, place);
  });
  const restAt = pattern.elements.findIndex((element) => element?.type === 'RestElement');
  return (scope, run, value) => {
    if (!Array.isArray(value)) fail(`The parameter [ … ] needs a list, not ${typeName(value)}.`);
    for (let i = 0; i < binds.length; i++) {
      if (i !== restAt) {
        binds[i]?.(scope, run, readOwn(value, i));
        continue;
      }
      charge(run, value.length);
      checkItems(value.length);
      binds[i]?.(scope, run, plainList(value).slice(i));
    }
  };
}
