import { isRecord, listAt, recordAt, textAt } from '../json.ts';
import { Untranslatable } from '../rewrite.ts';

/** A value of a parameter as an expression. */
type Express = (value: unknown) => string;

interface Comparison {
  kind: string;
  operation: string;
  left: string;
  right: string;
  ignoreCase: boolean;
}

/** The conditions of If, Filter and Switch, of any version, as one expression. */
export function conditionExpression(conditions: unknown, combine: string, express: Express): string {
  const comparisons =
    isRecord(conditions) && Array.isArray(conditions.conditions)
      ? newForm(conditions, express)
      : oldForm(conditions, express);
  if (comparisons.length === 0) return 'true';
  const combinator =
    isRecord(conditions) && typeof conditions.combinator === 'string' ? conditions.combinator : combine;
  const parts = comparisons.map(compare);
  return parts.length === 1
    ? (parts[0] ?? 'true')
    : parts.map((part) => `(${part})`).join(combinator === 'or' || combinator === 'any' ? ' || ' : ' && ');
}

function newForm(conditions: Record<string, unknown>, express: Express): Comparison[] {
  const ignoreCase = recordAt(conditions, 'options').caseSensitive === false;
  return listAt(conditions, 'conditions').map((one) => ({
    kind: textAt(one, 'operator', 'type') || 'string',
    operation: textAt(one, 'operator', 'operation') || 'equals',
    left: express(recordAt(one).leftValue),
    right: express(recordAt(one).rightValue ?? ''),
    ignoreCase,
  }));
}

const OLD_NAMES: Readonly<Record<string, string>> = {
  equal: 'equals',
  notEqual: 'notEquals',
  larger: 'gt',
  largerEqual: 'gte',
  smaller: 'lt',
  smallerEqual: 'lte',
  isEmpty: 'empty',
  isNotEmpty: 'notEmpty',
};

const OLD_DEFAULTS: Readonly<Record<string, string>> = { number: 'smaller', dateTime: 'after' };

function oldForm(conditions: unknown, express: Express): Comparison[] {
  return Object.entries(recordAt(conditions)).flatMap(([kind, list]) =>
    (Array.isArray(list) ? list : []).map((one: unknown) => {
      const named = textAt(one, 'operation') || (OLD_DEFAULTS[kind] ?? 'equal');
      return {
        kind,
        operation: OLD_NAMES[named] ?? named,
        left: express(recordAt(one).value1),
        right: express(recordAt(one).value2 ?? ''),
        ignoreCase: false,
      };
    }),
  );
}

/** One comparison by kind and operation, also of the rules of Switch. */
export function compare({ kind, operation, left, right, ignoreCase }: Comparison): string {
  const not = /^not(?=[A-Z])/.test(operation);
  const positive = not ? operation.charAt(3).toLowerCase() + operation.slice(4) : operation;
  const expression = positiveComparison(kind, positive, left, right, ignoreCase);
  return not ? `!(${expression})` : expression;
}

function positiveComparison(kind: string, operation: string, left: string, right: string, ignoreCase: boolean): string {
  switch (operation) {
    case 'exists':
      return `(${left} ?? null) !== null`;
    case 'empty':
      return `isEmpty(${left})`;
    case 'true':
      return `${left} === true`;
    case 'false':
      return `${left} === false`;
    default:
  }
  const text = (value: string) => (ignoreCase ? `lower(${asText(value)})` : asText(value));
  switch (kind) {
    case 'number':
      return `${asNumber(left)} ${signOf(operation)} ${asNumber(right)}`;
    case 'dateTime':
      return `dateDiff(${right}, ${left}) ${signOf(operation)} 0`;
    case 'boolean':
      if (operation === 'equals') return `Boolean(${left}) === ${right === "''" ? 'false' : `Boolean(${right})`}`;
      break;
    case 'array':
      if (operation === 'contains') return `${left}.includes(${right})`;
      if (operation.startsWith('length')) {
        const sized = operation.slice('length'.length);
        return `len(${left}) ${signOf(sized.charAt(0).toLowerCase() + sized.slice(1))} ${asNumber(right)}`;
      }
      break;
    default:
      if (operation === 'equals') return `${text(left)} === ${text(right)}`;
      if (operation === 'contains' || operation === 'startsWith' || operation === 'endsWith')
        return `${text(left)}.${operation === 'contains' ? 'includes' : operation}(${text(right)})`;
  }
  throw new Untranslatable(`the comparison "${operation}" has no counterpart in an expression`);
}

function asText(value: string): string {
  return value.startsWith("'") ? value : `String(${value})`;
}

function asNumber(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : `Number(${value})`;
}

function signOf(operation: string): string {
  const signs: Readonly<Record<string, string>> = {
    equals: '===',
    equal: '===',
    gt: '>',
    gte: '>=',
    lt: '<',
    lte: '<=',
    after: '>',
    afterOrEquals: '>=',
    before: '<',
    beforeOrEquals: '<=',
  };
  const sign = Object.hasOwn(signs, operation) ? signs[operation] : undefined;
  if (sign === undefined) throw new Untranslatable(`the comparison "${operation}" has no counterpart in an expression`);
  return sign;
}
