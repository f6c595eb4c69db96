import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import type { DatabaseSession } from '../../resources/databases.ts';
import { bindParameters, checkStatement, endsTransaction } from '../../resources/databases/sql-text.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { exactlyOnce, onceFields, repeatableField, writeEffect } from './exactly-once.ts';
import { parametersField, sqlField, sqlTextField, statementOf, toRows } from './statement-fields.ts';

export const execute = defineNode({
  type: 'database.execute',
  version: 1,
  title: 'Change database',
  category: 'database',
  icon: 'square-terminal',
  description: 'Sends one statement that changes a database: insert, update, delete, create, or calls a procedure.',
  synonyms: ['insert', 'update', 'delete', 'create table', 'procedure', 'non query', 'sql'],
  params: z.strictObject({
    ...connectionFields,
    sql: sqlField('SQL', 'update orders set state = :state where id = :id'),
    parameters: parametersField,
    ...onceFields,
    repeatable: repeatableField,
    sqlText: sqlTextField,
    ...timeField,
  }),
  output: z.object({
    affected: z.int(),
    lastId: z.union([z.number(), z.string()]).nullable(),
    /** What `returning` or a procedure gives. */
    rows: z.array(z.record(z.string(), z.unknown())),
    /** The work was done before; nothing was changed now. */
    repeated: z.boolean(),
  }),
  effect: 'once',
  effectOf: writeEffect,
  examples: [
    {
      title: 'Close an order',
      params: {
        kind: 'sqlite',
        file: 'data/orders.db',
        sql: 'update orders set state = :state where id = :id',
        parameters: { state: 'closed', id: 7 },
      },
    },
  ],
  async run(ctx, { sql, sqlText, parameters, exactlyOnce: once, onceKey, repeatable, timeoutSeconds, ...connection }) {
    const target = await targetOf(ctx, connection);
    const statement = statementOf(sql, sqlText);
    checkStatement(statement, target.kind);
    if (once) refuseSilentCommit(statement, target.kind);
    const bound = bindParameters(statement, parameters, target.kind);
    const work = async (session: DatabaseSession) => {
      const { affected, lastId, ...table } = await session.run(bound.sql, bound.values);
      return { affected, lastId, rows: toRows(table) };
    };
    const options = {
      signal: ctx.signal,
      timeoutMs: timeoutSeconds * 1000,
      holder: holderOf(ctx),
      repeatable: repeatable || once,
    };
    const output = await ctx.databases.use(target, options, async (session) =>
      once
        ? await exactlyOnce(ctx, session, onceKey, () => work(session))
        : { ...(await work(session)), repeated: false },
    );
    return { output };
  },
});

export function refuseSilentCommit(statement: string, kind: DatabaseSession['kind']): void {
  if (!endsTransaction(statement, kind)) return;
  throw new AppError(
    'PARAMS_INVALID',
    'MySQL ends a transaction at statements that change its structure, so this one cannot be part of it. Put it into a step of its own, without "Exactly once".',
  );
}
