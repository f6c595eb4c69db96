import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { roundTo } from './rounding.ts';

const binary = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'wholeDivide',
  'remainder',
  'power',
  'percentOf',
  'min',
  'max',
] as const;
const unary = ['absolute', 'negate', 'squareRoot', 'sine', 'cosine', 'tangent', 'log', 'log10', 'exp'] as const;

export const calculate = defineNode({
  type: 'math.calculate',
  version: 1,
  title: 'Calculate',
  category: 'math',
  icon: 'calculator',
  description: 'Calculates with one or two numbers: add, subtract, multiply, divide, percent, power, root and more.',
  synonyms: ['add', 'plus', 'minus', 'multiply', 'divide', 'modulo', 'percent', 'sqrt'],
  params: z.strictObject({
    operation: z
      .enum([...binary, ...unary])
      .default('add')
      .meta({ title: 'Operation' }),
    a: z.number().meta({ title: 'First number' }),
    b: z
      .number()
      .default(0)
      .meta({ title: 'Second number', 'x-show-if': { operation: binary } }),
    digits: z.int().min(0).max(15).optional().meta({
      title: 'Round to',
      unit: 'digits',
      description: 'Empty: all digits, without the noise of binary fractions.',
    }),
  }),
  output: z.object({ result: z.number() }),
  effect: 'pure',
  examples: [
    { title: 'A sum', params: { operation: 'add', a: 0.1, b: 0.2 } },
    { title: 'Value added tax', params: { operation: 'percentOf', a: 19, b: 49.9, digits: 2 } },
  ],
  run(_ctx, { operation, a, b, digits }) {
    const exact = operations[operation](a, b);
    if (!Number.isFinite(exact)) {
      throw new AppError(
        'DATA_FORMAT',
        `${operation} of ${a}${isBinary(operation) ? ` and ${b}` : ''} has no result. ${b === 0 ? 'Check that the second number is not 0.' : 'Check the numbers.'}`,
        {
          details: { operation, a, b },
        },
      );
    }
    // 0.1 + 0.2 is 0.3 for everybody who is not a computer.
    const result = digits === undefined ? Number(exact.toPrecision(15)) : roundTo(exact, digits, 'halfUp');
    return { output: { result: result === 0 ? 0 : result } };
  },
});

function isBinary(operation: string): boolean {
  return (binary as readonly string[]).includes(operation);
}

const operations: Record<(typeof binary)[number] | (typeof unary)[number], (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  wholeDivide: (a, b) => Math.floor(a / b),
  // The sign of the divisor, so that -1 of 7 days is 6.
  remainder: (a, b) => ((a % b) + b) % b,
  power: (a, b) => a ** b,
  percentOf: (a, b) => (a / 100) * b,
  min: Math.min,
  max: Math.max,
  absolute: Math.abs,
  negate: (a) => -a,
  squareRoot: Math.sqrt,
  sine: Math.sin,
  cosine: Math.cos,
  tangent: Math.tan,
  log: Math.log,
  log10: Math.log10,
  exp: Math.exp,
};
