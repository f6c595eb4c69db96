import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { asNumber, asText, compareValues, isEmpty, sameValue, valueAt } from './paths.ts';

const operatorSchema = z.enum([
  'equals',
  'notEquals',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'isEmpty',
  'isNotEmpty',
  'isTrue',
  'isFalse',
  'isOneOf',
  'matches',
]);

export const conditionSchema = z.strictObject({
  field: z.string().max(500).default('').meta({ title: 'Field', placeholder: 'customer.city' }),
  operator: operatorSchema.default('equals').meta({ title: 'Is' }),
  value: z.unknown().optional().meta({ title: 'Value' }),
});
export type Condition = z.output<typeof conditionSchema>;

/** For each item, whether it fits all (or any) of the conditions. Patterns run in the sandbox, once for all items. */
export async function testItems(
  ctx: NodeContext,
  items: readonly unknown[],
  conditions: readonly Condition[],
  options: { match: 'all' | 'any'; ignoreCase: boolean },
): Promise<boolean[]> {
  const columns = await Promise.all(conditions.map((condition) => testColumn(ctx, items, condition, options)));
  const combine = options.match === 'all' ? 'every' : 'some';
  return items.map((_item, i) => columns[combine]((column) => column[i] === true));
}

async function testColumn(
  ctx: NodeContext,
  items: readonly unknown[],
  condition: Condition,
  { ignoreCase }: { ignoreCase: boolean },
): Promise<boolean[]> {
  const values = items.map((item) => valueAt(item, condition.field));
  if (condition.operator !== 'matches') return values.map((value) => test(value, condition, ignoreCase));
  const pattern = asText(condition.value);
  const flags = ignoreCase ? 'iu' : 'u';
  return await ctx.sandbox.runPattern({ operation: 'test', pattern, flags, texts: values.map(asText) }, ctx.signal);
}

function test(value: unknown, { operator, value: wanted }: Condition, ignoreCase: boolean): boolean {
  const text = (any: unknown) => (ignoreCase ? asText(any).toLowerCase() : asText(any));
  switch (operator) {
    case 'equals':
      return equal(value, wanted, text);
    case 'notEquals':
      return !equal(value, wanted, text);
    case 'contains':
      return contains(value, wanted, text);
    case 'notContains':
      return !contains(value, wanted, text);
    case 'startsWith':
      return text(value).startsWith(text(wanted));
    case 'endsWith':
      return text(value).endsWith(text(wanted));
    case 'greater':
      return !isEmpty(value) && compareValues(value, wanted) > 0;
    case 'greaterOrEqual':
      return !isEmpty(value) && compareValues(value, wanted) >= 0;
    case 'less':
      return !isEmpty(value) && compareValues(value, wanted) < 0;
    case 'lessOrEqual':
      return !isEmpty(value) && compareValues(value, wanted) <= 0;
    case 'isEmpty':
      return isEmpty(value);
    case 'isNotEmpty':
      return !isEmpty(value);
    case 'isTrue':
      return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
    case 'isFalse':
      return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
    case 'isOneOf':
      return (
        Array.isArray(wanted)
          ? wanted
          : asText(wanted)
              .split(',')
              .map((part) => part.trim())
      ).some((one) => equal(value, one, text));
    case 'matches':
      return false;
  }
}

/** 5 and "5" are equal here: tables read from files hold text. */
function equal(value: unknown, wanted: unknown, text: (any: unknown) => string): boolean {
  if (value !== null && typeof value === 'object') return sameValue(value, wanted);
  const [a, b] = [asNumber(value), asNumber(wanted)];
  return a !== undefined && b !== undefined ? a === b : text(value) === text(wanted);
}

function contains(value: unknown, wanted: unknown, text: (any: unknown) => string): boolean {
  if (Array.isArray(value)) return value.some((item) => equal(item, wanted, text));
  if (value !== null && typeof value === 'object') return Object.hasOwn(value, asText(wanted));
  return text(value).includes(text(wanted));
}
