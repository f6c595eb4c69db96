import type { CallExpression, Expression, Identifier, MemberExpression, SpreadElement } from 'acorn';
import { compileArrow } from './arrows.ts';
import { type Place, findLocal, refuse, sourceOf } from './context.ts';
import type { Definition, FunctionDefinition, Receiver } from './functions/definition.ts';
import { FUNCTION_TABLE, METHOD_TABLE, NAMESPACES, REFUSED_CALLS } from './functions/registry.ts';
import { type Eval, type Run, charge, checkItems, fail } from './limits.ts';
import { plainList, SHORT, typeName } from './values.ts';

type Arguments = (scope: Parameters<Eval>[0], run: Run) => unknown[];

export function compileCall(node: CallExpression, place: Place): Eval {
  place.unit.counted = true;
  const callee = node.callee;
  if (node.optional) return refuse(place, node, "Functions are always there: write '(' instead of '?.('.");
  if (callee.type === 'Identifier') return compileNamedCall(callee.name, callee, node, place);
  if (callee.type !== 'MemberExpression')
    return refuse(place, callee, 'Only functions of the reference can be called.');
  const namespace = callee.object.type === 'Identifier' ? namespaceOf(callee.object, place) : undefined;
  if (callee.computed || callee.property.type !== 'Identifier') {
    return refuse(place, callee, 'The name of a function must be written out.');
  }
  if (namespace !== undefined) return compileNamedCall(`${namespace}.${callee.property.name}`, callee, node, place);
  return compileMethodCall(callee, callee.property.name, node, place);
}

function namespaceOf(identifier: Identifier, place: Place): string | undefined {
  const isNamespace = NAMESPACES.has(identifier.name) && findLocal(place, identifier.name) === undefined;
  return isNamespace ? identifier.name : undefined;
}

function compileNamedCall(name: string, callee: Expression, node: CallExpression, place: Place): Eval {
  const hint = REFUSED_CALLS.get(name);
  if (hint !== undefined) return refuse(place, callee, hint);
  const definition = findLocal(place, name) === undefined ? FUNCTION_TABLE.get(name) : undefined;
  if (definition === undefined) {
    return refuse(place, callee, `There is no function '${name}'. The reference lists all of them.`, 'UNKNOWN_NAME');
  }
  const args = compileArguments(node, [definition], name, place);
  const { call } = definition;
  if (node.arguments.some(isSpread)) return checkedCall(definition, args);
  return (scope, run) => {
    charge(run, 1);
    return call(run as Run, args(scope, run as Run));
  };
}

/** With `...list` the number of arguments is known only now. */
function checkedCall({ name, signature, min, max, call }: FunctionDefinition, args: Arguments): Eval {
  return (scope, run) => {
    charge(run, 1);
    const values = args(scope, run as Run);
    if (values.length < min || values.length > max) fail(`${name}: wrong number of arguments. Write ${signature}.`);
    return call(run as Run, values);
  };
}

function compileMethodCall(callee: MemberExpression, name: string, node: CallExpression, place: Place): Eval {
  const hint = REFUSED_CALLS.get(`.${name}`);
  if (hint !== undefined) return refuse(place, callee.property, hint);
  const methods = METHOD_TABLE.get(name);
  if (methods === undefined || callee.object.type === 'Super') {
    return refuse(place, callee.property, `There is no method '${name}'. The reference lists all of them.`);
  }
  const args = compileArguments(node, [...methods.values()], name, place);
  const self = place.compile(callee.object, { ...place, depth: place.depth + 1 });
  const owner = sourceOf(place, callee.object);
  const optional = callee.optional === true;
  return (scope, run) => {
    const value = self(scope, run);
    if (value === SHORT) return SHORT;
    if (optional && (value === null || value === undefined)) return SHORT;
    const kind = receiverOf(value);
    const method = kind === undefined ? undefined : methods.get(kind);
    if (method === undefined) return noSuchMethod(owner, name, value, methods);
    charge(run, 1);
    const receiver = kind === 'list' ? plainList(value as unknown[]) : value;
    return method.call(run as Run, receiver, args(scope, run as Run));
  };
}

function receiverOf(value: unknown): Receiver | undefined {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return Array.isArray(value) ? 'list' : undefined;
  }
}

function noSuchMethod(owner: string, name: string, value: unknown, methods: ReadonlyMap<string, unknown>): never {
  const fits = [...methods.keys()].join(' or ');
  return fail(`${owner}.${name}(): ${owner} is ${typeName(value)}; ${name} belongs to ${fits}.`, { at: owner });
}

function isSpread(argument: Expression | SpreadElement): argument is SpreadElement {
  return argument.type === 'SpreadElement';
}

function compileArguments(node: CallExpression, definitions: Definition[], name: string, place: Place): Arguments {
  const inner = { ...place, depth: place.depth + 1 };
  const spread = node.arguments.some(isSpread);
  const min = Math.min(...definitions.map((definition) => definition.min));
  const max = Math.max(...definitions.map((definition) => definition.max));
  const count = node.arguments.length;
  if (!spread && (count < min || count > max)) {
    refuse(
      place,
      node,
      `${name}: wrong number of arguments. Write ${definitions.map((d) => d.signature).join(' or ')}.`,
    );
  }
  for (const definition of definitions) {
    if (definition.readsRun) place.unit.readsScope = true;
    if (definition.keepsResults) place.unit.multiplies = true;
  }
  const callback = definitions[0]?.callback;
  const evals = node.arguments.map((argument, i) => {
    if (isSpread(argument)) {
      if (callback !== undefined) return refuse(place, argument, `${name} takes no '...' arguments.`);
      return place.compile(argument.argument, inner);
    }
    if (i === callback) return compileCallback(argument, definitions[0] as Definition, inner);
    return place.compile(argument, inner);
  });
  if (spread) return spreadArguments(node.arguments.map(isSpread), evals, name);
  const [first, second] = evals as [Eval, Eval];
  if (count === 0) return () => [];
  if (count === 1) return (scope, run) => [first(scope, run)];
  if (count === 2) return (scope, run) => [first(scope, run), second(scope, run)];
  return (scope, run) => evals.map((evaluate) => evaluate(scope, run));
}

function spreadArguments(spreads: boolean[], evals: Eval[], name: string): Arguments {
  return (scope, run) => {
    const values: unknown[] = [];
    for (let i = 0; i < evals.length; i++) {
      const value = (evals[i] as Eval)(scope, run);
      if (!spreads[i]) values.push(value);
      else if (Array.isArray(value)) {
        charge(run, 1 + value.length);
        checkItems(values.length + value.length);
        for (let n = 0; n < value.length; n++) values.push(value[n]);
      } else fail(`${name}: '...' needs a list, not ${typeName(value)}.`);
    }
    return values;
  };
}

/** What stands where a function is expected: an arrow, the name of a function, or for some the name of a field. */
function compileCallback(node: Expression, definition: Definition, place: Place): Eval {
  if (node.type === 'ParenthesizedExpression') return compileCallback(node.expression, definition, place);
  if (node.type === 'ArrowFunctionExpression') return compileArrow(node, place);
  if (node.type === 'Identifier' && findLocal(place, node.name) === undefined) {
    const named = FUNCTION_TABLE.get(node.name);
    if (named !== undefined) return namedCallback(named, node, place);
  }
  if (definition.fieldAllowed) return place.compile(node, place);
  return refuse(place, node, `${definition.name} needs an arrow function here, such as x => x.name.`);
}

/** `list.map(Number)`: the function gets the item alone, so that the index does not become its second argument. */
function namedCallback({ name, min, call, readsRun }: FunctionDefinition, node: Expression, place: Place): Eval {
  if (min > 1) return refuse(place, node, `${name} needs more than one argument; write an arrow function.`);
  if (readsRun) place.unit.readsScope = true;
  return (_scope, run) => (item: unknown) => {
    charge(run, 1);
    return call(run as Run, [item]);
  };
}
