import { AppError, asAppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { DatabaseSession } from '../../resources/databases.ts';
import { bindParameters, type BoundStatement, checkStatement } from '../../resources/databases/sql-text.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { exactlyOnce, onceFields, repeatableField, writeEffect } from './exactly-once.ts';
import { refuseSilentCommit } from './execute.ts';
import { sqlField, toRows } from './statement-fields.ts';

const keptRows = 100;

interface Planned extends BoundStatement {
  statement: number;
  row: number;
}

export const batch = defineNode({
  type: 'database.batch',
  version: 1,
  title: 'Database transaction',
  category: 'database',
  icon: 'layers',
  description: 'Sends several statements, or the same ones for each row of a table: all of them take effect, or none.',
  synonyms: ['batch', 'begin', 'commit', 'rollback', 'many statements', 'sql script', 'bulk'],
  params: z.strictObject({
    ...connectionFields,
    statements: z
      .array(sqlField('SQL', 'update stock set count = count - :count where item = :item'))
      .min(1)
      .max(1000)
      .meta({
        title: 'Statements',
        description: 'In this order. Values as :name.',
        'x-widget': 'list',
        'x-raw': true,
      }),
    parameters: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ title: 'Values', description: 'By name, for all statements.', 'x-widget': 'json' }),
    rows: z.array(z.record(z.string(), z.unknown())).max(100_000).default([]).meta({
      title: 'For each row',
      description: 'The statements run once for each; its columns are values too. Empty: once.',
      placeholder: '${steps.read.output.rows}',
      'x-widget': 'json',
    }),
    transaction: z.boolean().default(true).meta({ title: 'All or nothing', description: 'In one transaction.' }),
    stopOnError: z
      .boolean()
      .default(true)
      .meta({ title: 'Stop at the first error', 'x-show-if': { transaction: [false] } }),
    requireChange: z.boolean().default(false).meta({
      title: 'Every statement must change something',
      description: 'One that changes no row is an error.',
      'x-advanced': true,
    }),
    ...onceFields,
    repeatable: repeatableField,
    ...timeField,
  }),
  output: z.object({
    affected: z.int(),
    /** One for each statement that ran, at most 10,000. */
    results: z.array(
      z.object({
        statement: z.int(),
        row: z.int(),
        affected: z.int(),
        lastId: z.union([z.number(), z.string()]).nullable(),
        rows: z.array(z.record(z.string(), z.unknown())),
      }),
    ),
    failed: z.array(z.object({ statement: z.int(), row: z.int(), message: z.string() })),
    repeated: z.boolean(),
  }),
  effect: 'once',
  effectOf: writeEffect,
  examples: [
    {
      title: 'Move money',
      params: {
        kind: 'sqlite',
        file: 'data/bank.db',
        statements: [
          'update accounts set balance = balance - :amount where id = :from and balance >= :amount',
          'update accounts set balance = balance + :amount where id = :to',
        ],
        parameters: { amount: 50, from: 1, to: 2 },
        requireChange: true,
      },
    },
  ],
  async run(ctx, params) {
    const {
      statements,
      parameters,
      rows,
      transaction,
      stopOnError,
      requireChange,
      onceKey,
      repeatable,
      timeoutSeconds,
      ...rest
    } = params;
    const { exactlyOnce: once, ...connection } = rest;
    const target = await targetOf(ctx, connection);
    for (const statement of statements) {
      checkStatement(statement, target.kind);
      if (transaction || once) refuseSilentCommit(statement, target.kind);
    }
    // All of it is put together before the first is sent: a missing value must not be found half-way.
    const plan = (rows.length > 0 ? rows : [{}]).flatMap((row, index) =>
      statements.map((sql, statement) => ({
        ...bindParameters(sql, { ...parameters, ...row }, target.kind),
        statement,
        row: index,
      })),
    );
    const options = {
      signal: ctx.signal,
      timeoutMs: timeoutSeconds * 1000,
      holder: holderOf(ctx),
      repeatable: repeatable || once,
    };
    const output = await ctx.databases.use(target, options, async (session) => {
      const work = (stop: boolean) => runAll(ctx, session, plan, stop, requireChange);
      if (once) return await exactlyOnce(ctx, session, onceKey, () => work(true));
      if (!transaction) return { ...(await work(stopOnError)), repeated: false };
      await session.begin();
      const done = await work(true);
      await session.commit();
      return { ...done, repeated: false };
    });
    return { output };
  },
});

async function runAll(
  ctx: NodeContext,
  session: DatabaseSession,
  plan: readonly Planned[],
  stopOnError: boolean,
  requireChange: boolean,
) {
  const results: {
    statement: number;
    row: number;
    affected: number;
    lastId: number | string | null;
    rows: Record<string, unknown>[];
  }[] = [];
  const failed: { statement: number; row: number; message: string }[] = [];
  let affected = 0;
  for (const [index, { sql, values, statement, row }] of plan.entries()) {
    try {
      const result = await session.run(sql, values);
      if (requireChange && result.affected === 0) throw unchanged(statement, row);
      affected += result.affected;
      if (results.length < 10_000) {
        const { lastId, columns } = result;
        results.push({
          statement,
          row,
          affected: result.affected,
          lastId,
          rows: toRows({ columns, rows: result.rows.slice(0, keptRows) }),
        });
      }
    } catch (error) {
      if (stopOnError || ctx.signal.aborted) throw error;
      failed.push({ statement, row, message: asAppError(error).message.slice(0, 2000) });
    }
    if (index % 100 === 99) ctx.progress((index + 1) / plan.length);
  }
  return { affected, results, failed };
}

function unchanged(statement: number, row: number): AppError {
  return new AppError(
    'DATABASE_FAILED',
    `Statement ${statement + 1} changed no row (row ${row + 1} of the values), so nothing was kept. Check its condition.`,
    { details: { statement, row, violation: 'unchanged' } },
  );
}
