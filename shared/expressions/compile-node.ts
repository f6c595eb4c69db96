import type { ArrayExpression, BinaryExpression, Expression, LogicalExpression, ObjectExpression } from 'acorn';
import { compileCall } from './calls.ts';
import { type Place, countNode, findLocal, refuse } from './context.ts';
import { FUNCTION_TABLE, NAMESPACES } from './functions/registry.ts';
import { type Eval, LIMITS, type Run } from './limits.ts';
import { compileArray, compileObject } from './literals.ts';
import { compileMember } from './members.ts';
import { BINARY_OPERATORS, joinBinary, joinText, joinUnary } from './operators.ts';
import { ROOTS, rootAccess } from './roots.ts';
import { REFUSED_SYNTAX } from './syntax.ts';
import { SHORT, readOwn } from './values.ts';

/** Turns one part of the tree into a closure. Everything that has no case here is refused. */
export function compileNode(node: Expression, place: Place): Eval {
  if (!countNode(place, node)) return () => undefined;
  const inner: Place = { ...place, depth: place.depth + 1 };
  switch (node.type) {
    case 'Literal':
      return compileLiteral(node, place);
    case 'Identifier':
      return compileIdentifier(node.name, node, place);
    case 'ParenthesizedExpression':
      return compileNode(node.expression, inner);
    case 'MemberExpression':
      return compileMember(node, place);
    case 'CallExpression':
      return compileCall(node, place);
    case 'ChainExpression': {
      const chain = compileNode(node.expression, inner);
      return (scope, run) => {
        const value = chain(scope, run);
        return value === SHORT ? undefined : value;
      };
    }
    case 'TemplateLiteral':
      return compileTemplateLiteral(node, inner);
    case 'ArrayExpression':
      return compileArray(node as ArrayExpression, inner);
    case 'ObjectExpression':
      return compileObject(node as ObjectExpression, inner);
    case 'UnaryExpression':
      return (
        joinUnary(node.operator, compileNode(node.argument, inner)) ??
        refuse(place, node, `The operator '${node.operator}' is not available.`)
      );
    case 'BinaryExpression':
      return compileBinary(node, inner);
    case 'LogicalExpression':
      return compileLogical(node, inner);
    case 'ConditionalExpression': {
      const test = compileNode(node.test, inner);
      const yes = compileNode(node.consequent, inner);
      const no = compileNode(node.alternate, inner);
      return (scope, run) => (test(scope, run) ? yes(scope, run) : no(scope, run));
    }
    default:
      return refuse(place, node, REFUSED_SYNTAX.get(node.type) ?? 'This is not available in an expression.');
  }
}

function compileLiteral(node: Expression & { type: 'Literal' }, place: Place): Eval {
  if (node.regex) return refuse(place, node, REFUSED_SYNTAX.get('RegExp') ?? '');
  if (typeof node.value === 'bigint') return refuse(place, node, 'Write the number without n at its end.');
  if (typeof node.value === 'number' && !Number.isFinite(node.value))
    return refuse(place, node, 'This number is too big.');
  const value = node.value;
  return () => value;
}

function compileIdentifier(name: string, node: Expression & { type: 'Identifier' }, place: Place): Eval {
  const slot = findLocal(place, name);
  if (slot !== undefined) return (_scope, run) => (run as Run).locals[slot];
  if (name === 'undefined') return () => undefined;
  if (ROOTS.has(name)) return rootAccess(node, [], place)?.read ?? (() => undefined);
  if (place.unit.options.given?.has(name) === true) {
    place.unit.readsScope = true;
    return (scope) => readOwn(scope.given ?? {}, name);
  }
  if (FUNCTION_TABLE.has(name) || NAMESPACES.has(name)) {
    return refuse(place, node, `'${name}' is a function; call it: ${name}(…).`);
  }
  const message = `There is no '${name}'. A variable is vars.${name}, the output of a step is steps.${name}.output.`;
  return refuse(place, node, message, 'UNKNOWN_NAME');
}

function compileTemplateLiteral(node: Expression & { type: 'TemplateLiteral' }, inner: Place): Eval {
  const parts: (string | Eval)[] = [];
  node.quasis.forEach((quasi, i) => {
    const text = quasi.value.cooked ?? '';
    if (text !== '') parts.push(text);
    const expression = node.expressions[i];
    if (expression !== undefined) parts.push(compileNode(expression, inner));
  });
  return joinText(parts);
}

/** `a + b + c …` nests to the left without looking nested, so a row counts as one level and has its own limit. */
function leftRow<Node extends BinaryExpression | LogicalExpression>(
  node: Node,
  place: Place,
): { first: Expression; row: Node[] } | undefined {
  const row: Node[] = [];
  let first: Expression = node;
  while (first.type === node.type) {
    row.push(first as Node);
    const { left }: BinaryExpression | LogicalExpression = first as Node;
    if (left.type === 'PrivateIdentifier') return undefined;
    first = left;
  }
  if (row.length > LIMITS.chainTerms) {
    refuse(place, node, `More than ${LIMITS.chainTerms} operators in a row. Use a list and join or sum.`);
    return undefined;
  }
  row.reverse();
  return { first, row };
}

function compileBinary(node: BinaryExpression, place: Place): Eval {
  const found = leftRow(node, place);
  if (found === undefined) return refuse(place, node, 'This is not available in an expression.');
  let left = compileNode(found.first, place);
  for (const { operator, right } of found.row) {
    const operate = BINARY_OPERATORS.get(operator);
    if (operate === undefined) return refuse(place, node, `The operator '${operator}' is not available.`);
    const literal = right.type === 'Literal' && !right.regex ? right.value : undefined;
    left = joinBinary(operator, operate, left, compileNode(right, place), literal);
  }
  return left;
}

function compileLogical(node: LogicalExpression, place: Place): Eval {
  const found = leftRow(node, place);
  if (found === undefined) return () => undefined;
  let left = compileNode(found.first, place);
  for (const { operator, right } of found.row) left = joinLogical(operator, left, compileNode(right, place));
  return left;
}

function joinLogical(operator: string, left: Eval, right: Eval): Eval {
  if (operator === '&&') {
    return (scope, run) => {
      const value = left(scope, run);
      return value ? right(scope, run) : value;
    };
  }
  if (operator === '||') return (scope, run) => left(scope, run) || right(scope, run);
  return (scope, run) => left(scope, run) ?? right(scope, run);
}
