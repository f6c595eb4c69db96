import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { DatabaseSession } from '../../resources/databases.ts';
import { bindParameters, type BoundStatement, checkStatement } from '../../resources/databases/sql-text.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { rowLines } from './row-lines.ts';
import { parametersField, sqlField, sqlTextField, statementOf, toRows } from './statement-fields.ts';

const batchRows = 1000;

const output = z.object({
  rows: z.array(z.record(z.string(), z.unknown())),
  columns: z.array(z.string()),
  rowCount: z.int(),
  truncated: z.boolean(),
  path: z.string().nullable(),
});
type Output = z.output<typeof output>;

export const query = defineNode({
  type: 'database.query',
  version: 1,
  title: 'Query database',
  category: 'database',
  icon: 'database',
  description: 'Reads rows from a database, as a table or, for large results, straight into a file.',
  synonyms: ['sql', 'database', 'select', 'read', 'postgresql', 'mysql', 'mariadb', 'sqlite', 'rows', 'export'],
  params: z.strictObject({
    ...connectionFields,
    sql: sqlField('SQL', 'select * from orders where id = :id'),
    parameters: parametersField,
    result: z.enum(['table', 'file']).default('table').meta({
      title: 'Result',
      description: 'file: nothing of it stands in memory, however large it is.',
    }),
    maxRows: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .meta({
        title: 'At most',
        description: 'What is beyond is left out, and "truncated" says so.',
        unit: 'rows',
        'x-show-if': { result: ['table'] },
      }),
    path: z
      .string()
      .max(4096)
      .default('output/rows.csv')
      .meta({ title: 'File', 'x-widget': 'file', 'x-show-if': { result: ['file'] } }),
    format: z
      .enum(['csv', 'jsonLines'])
      .default('csv')
      .meta({ title: 'Format', 'x-show-if': { result: ['file'] } }),
    sqlText: sqlTextField,
    ...timeField,
  }),
  output,
  effect: 'idempotent',
  examples: [
    {
      title: 'Open orders',
      params: {
        host: 'db.example.com',
        database: 'shop',
        user: 'reader',
        password: '${vars.password}',
        sql: 'select * from orders where state = :state',
        parameters: { state: 'open' },
      },
    },
  ],
  async run(ctx, { sql, sqlText, parameters, result, maxRows, path, format, timeoutSeconds, ...connection }) {
    const target = await targetOf(ctx, connection);
    const statement = statementOf(sql, sqlText);
    checkStatement(statement, target.kind);
    const bound = bindParameters(statement, parameters, target.kind);
    const options = { signal: ctx.signal, timeoutMs: timeoutSeconds * 1000, holder: holderOf(ctx), repeatable: true };
    const found = await ctx.databases.use<Output>(target, options, (session) =>
      result === 'table' ? readTable(session, bound, maxRows) : readFile(ctx, session, bound, path, format),
    );
    return { output: found };
  },
});

async function readTable(session: DatabaseSession, { sql, values }: BoundStatement, maxRows: number): Promise<Output> {
  const rows: Record<string, unknown>[] = [];
  let columns: string[] = [];
  for await (const batch of session.read(sql, values, Math.min(batchRows, maxRows + 1))) {
    columns = batch.columns;
    for (const row of toRows(batch)) rows.push(row);
    if (rows.length > maxRows) break;
  }
  const truncated = rows.length > maxRows;
  return {
    rows: truncated ? rows.slice(0, maxRows) : rows,
    columns,
    rowCount: Math.min(rows.length, maxRows),
    truncated,
    path: null,
  };
}

async function readFile(
  ctx: NodeContext,
  session: DatabaseSession,
  { sql, values }: BoundStatement,
  path: string,
  format: 'csv' | 'jsonLines',
): Promise<Output> {
  if (path === '') throw new AppError('PARAMS_INVALID', 'Name the file the rows go to.');
  let rowCount = 0;
  let columns: string[] = [];
  async function* content() {
    for await (const batch of session.read(sql, values, batchRows)) {
      const isFirst = columns.length === 0;
      columns = batch.columns;
      rowCount += batch.rows.length;
      ctx.progress(0, `${rowCount} rows`);
      yield Buffer.from(rowLines(batch, format, isFirst));
    }
  }
  const written = await ctx.files.write(path, content(), { overwrite: true, signal: ctx.signal });
  return { rows: [], columns, rowCount, truncated: false, path: written.path };
}
