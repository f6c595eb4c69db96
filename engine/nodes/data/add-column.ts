import { AppError, compileExpression, EMPTY_SCOPE } from '@casare/shared';
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { setOwn } from './paths.ts';
import { type Row, rowsSchema } from './rows.ts';
import { rowsField } from './rows-field.ts';

export const addColumn = defineNode({
  type: 'data.addColumn',
  version: 1,
  title: 'Compute columns',
  category: 'data',
  icon: 'square-function',
  description: 'Adds columns to a table, or replaces them, each computed from its row by an expression.',
  synonyms: ['calculated column', 'formula', 'derive', 'map rows', 'transform', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    columns: z.record(z.string().min(1).max(500), z.string().min(1).max(5000)).default({}).meta({
      title: 'Columns',
      description:
        'Name and expression without ${ }. "item" is the row, "index" its place from 0: item.price * item.amount',
      'x-widget': 'keyvalue',
      'x-raw': true,
    }),
    onError: z
      .enum(['fail', 'null'])
      .default('fail')
      .meta({ title: 'Where it cannot be computed', description: 'null leaves the cell empty.', 'x-advanced': true }),
  }),
  output: z.object({ rows: rowsSchema, count: z.int(), failed: z.int() }),
  effect: 'pure',
  examples: [
    { title: 'A total', params: { rows: [{ price: 2, amount: 3 }], columns: { total: 'item.price * item.amount' } } },
  ],
  async run(ctx, { rows, columns, onError }) {
    const compiled = Object.entries(columns).map(([name, source]) => ({ name, evaluate: compile(name, source) }));
    const result: Row[] = [];
    let failed = 0;
    for (const [index, row] of rows.entries()) {
      // A million rows take seconds: whoever waits for the machine gets a turn.
      if (index % 5000 === 4999) {
        await breathe();
        ctx.signal.throwIfAborted();
      }
      const made: Row = {};
      for (const [name, value] of Object.entries(row)) setOwn(made, name, value);
      for (const { name, evaluate } of compiled) {
        try {
          setOwn(made, name, evaluate({ ...EMPTY_SCOPE, item: made, index }) ?? null);
        } catch (error) {
          if (onError === 'fail')
            throw new AppError(
              'DATA_FORMAT',
              `Row ${index + 1}: "${name}" cannot be computed: ${(error as Error).message}. Correct the expression or the row.`,
              {
                details: { index, column: name },
                cause: error,
              },
            );
          failed++;
          setOwn(made, name, null);
        }
      }
      result.push(made);
    }
    return { output: { rows: result, count: result.length, failed } };
  },
});

function compile(name: string, source: string) {
  const compiled = compileExpression(source, { stepSlot: () => -1 });
  if (compiled.ok) return compiled.expression.evaluate;
  throw new AppError(
    'EXPRESSION_SYNTAX',
    `The expression of "${name}" is wrong: ${compiled.problems.map(({ message }) => message).join(' ')}`,
    {
      details: { problems: compiled.problems },
    },
  );
}
