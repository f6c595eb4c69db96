import { type MethodDefinition, defineMethod } from '../functions/definition.ts';
import { integerAt, integerOr } from '../functions/arguments.ts';
import { fail } from '../limits.ts';

function within(name: string, value: number, low: number, high: number): number {
  return value >= low && value <= high ? value : fail(`${name}: the argument goes from ${low} to ${high}.`);
}

export const NUMBER_METHODS: readonly MethodDefinition[] = [
  defineMethod(
    'number.toFixed(places?)',
    'Text with fixed places (0).',
    '(1.5).toFixed(2) // "1.50"',
    [0, 1],
    (_run, value: number, args) => value.toFixed(within('toFixed', integerOr(args, 0, 'toFixed', 0), 0, 100)),
  ),
  defineMethod(
    'number.toPrecision(digits)',
    'Text with that many digits.',
    '(123.456).toPrecision(4) // "123.5"',
    [1, 1],
    (_run, value: number, args) => value.toPrecision(within('toPrecision', integerAt(args, 0, 'toPrecision'), 1, 100)),
  ),
  defineMethod(
    'number.toString(base?)',
    'Text, in base 2 to 36 (10).',
    '(255).toString(16) // "ff"',
    [0, 1],
    (_run, value: number, args) => value.toString(within('toString', integerOr(args, 0, 'toString', 10), 2, 36)),
  ),
  defineMethod(
    'boolean.toString()',
    "'true' or 'false'.",
    'true.toString() // "true"',
    [0, 0],
    (_run, value: boolean) => String(value),
  ),
];
