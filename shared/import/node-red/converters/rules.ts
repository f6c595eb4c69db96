import type { Flow } from '../../flow.ts';
import { textAt, valueAt } from '../../json.ts';
import { Untranslatable } from '../../rewrite.ts';
import { typedExpression } from '../message.ts';

/** One rule of a switch, as a condition on the value. */
export function ruleTest(message: Flow, value: string, rule: unknown): string {
  const kind = textAt(rule, 't') || 'eq';
  const other = () => typedExpression(message, textAt(rule, 'vt') || 'str', valueAt(rule, 'v'));
  const isNumber = (text: string) => /^-?\d/.test(text);
  const compared = (sign: string) => {
    const right = other();
    return `Number(${value}) ${sign} ${isNumber(right) ? right : `Number(${right})`}`;
  };
  const equal = () => {
    const right = other();
    return right.startsWith("'")
      ? `String(${value}) === ${right}`
      : isNumber(right)
        ? `toNumber(${value}, null) === ${right}`
        : `equals(${value}, ${right})`;
  };
  switch (kind) {
    case 'eq':
      return equal();
    case 'neq':
      return `!(${equal()})`;
    case 'lt':
      return compared('<');
    case 'lte':
      return compared('<=');
    case 'gt':
      return compared('>');
    case 'gte':
      return compared('>=');
    case 'btwn': {
      const upper = typedExpression(message, textAt(rule, 'v2t') || 'num', valueAt(rule, 'v2'));
      return `Number(${value}) >= Number(${other()}) && Number(${value}) <= Number(${upper})`;
    }
    case 'cont':
      return `String(${value}).includes(String(${other()}))`;
    case 'true':
      return `${value} === true`;
    case 'false':
      return `${value} === false`;
    case 'null':
      return `(${value} ?? null) === null`;
    case 'nnull':
      return `(${value} ?? null) !== null`;
    case 'empty':
      return `isEmpty(${value})`;
    case 'nempty':
      return `!isEmpty(${value})`;
    case 'hask':
      return `has(${value}, ${other()})`;
    case 'istype': {
      const types: Readonly<Record<string, string>> = {
        string: 'text',
        number: 'number',
        boolean: 'boolean',
        array: 'list',
        object: 'object',
        null: 'null',
      };
      const wanted = types[textAt(rule, 'v')];
      if (wanted === undefined) throw new Untranslatable(`the type "${textAt(rule, 'v')}" has no counterpart`);
      return `typeOf(${value}) === '${wanted}'`;
    }
    default:
      throw new Untranslatable(`the rule "${kind}" has no counterpart in an expression`);
  }
}
