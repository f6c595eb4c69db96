import { AppError, type Effect } from '@casare/shared';
import { z } from 'zod';
import { defineNode, type NodeContext } from '../../define-node.ts';
import type { DatabaseKind, DatabaseSession } from '../../resources/databases.ts';
import { quoteName, quoteTable } from '../../resources/databases/sql-text.ts';
import { connectionFields, holderOf, targetOf, timeField } from './connection-fields.ts';
import { exactlyOnce, onceFields } from './exactly-once.ts';
import { readColumns } from './read-schema.ts';
import { schemaField, tableField } from './table-fields.ts';

type OnConflict = 'fail' | 'skip' | 'update';

/** The smallest of the three servers' limits on values in a statement. */
const maxValues = 30_000;
const maxBatch = 500;

export const insertRows = defineNode({
  type: 'database.insertRows',
  version: 1,
  title: 'Insert rows into database',
  category: 'database',
  icon: 'list-plus',
  description: 'Writes the rows of a table into a table of a database: all of them or none.',
  synonyms: ['bulk insert', 'upsert', 'merge', 'import', 'load table'],
  params: z.strictObject({
    ...connectionFields,
    table: tableField,
    schema: schemaField,
    rows: z
      .array(z.record(z.string().max(200), z.unknown()))
      .max(1_000_000)
      .meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    columns: z
      .array(z.string().min(1).max(200))
      .max(1000)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: all that the rows have.', 'x-widget': 'list' }),
    onConflict: z.enum(['fail', 'skip', 'update']).default('fail').meta({
      title: 'A row that is there already',
      description: 'fail: nothing is written; skip: stays as it is; update: gets the new values.',
    }),
    keys: z
      .array(z.string().min(1).max(200))
      .max(100)
      .default([])
      .meta({
        title: 'Columns that tell rows apart',
        description: 'A primary or unique key of the table.',
        'x-widget': 'list',
        'x-show-if': { onConflict: ['skip', 'update'] },
      }),
    ...onceFields,
    ...timeField,
  }),
  output: z.object({ rows: z.int(), affected: z.int(), repeated: z.boolean() }),
  effect: 'once',
  effectOf: ({ exactlyOnce: once, onConflict }): Effect =>
    once ? 'keyed' : onConflict === 'fail' ? 'once' : 'idempotent',
  examples: [
    {
      title: 'Two people',
      params: {
        kind: 'sqlite',
        file: 'data/people.db',
        table: 'people',
        rows: [
          { id: 1, name: 'Ada' },
          { id: 2, name: 'Alan' },
        ],
        onConflict: 'update',
        keys: ['id'],
      },
    },
  ],
  async run(
    ctx,
    { table, schema, rows, columns, onConflict, keys, exactlyOnce: once, onceKey, timeoutSeconds, ...connection },
  ) {
    const target = await targetOf(ctx, connection);
    const names = columns.length > 0 ? columns : [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (rows.length === 0) return { output: { rows: 0, affected: 0, repeated: false } };
    if (names.length === 0) throw new AppError('PARAMS_INVALID', 'The rows have no columns.');
    if (onConflict !== 'fail' && keys.length === 0)
      throw new AppError('PARAMS_INVALID', 'Name the columns that tell rows apart, e.g. id.');
    const options = {
      signal: ctx.signal,
      timeoutMs: timeoutSeconds * 1000,
      holder: holderOf(ctx),
      repeatable: once || onConflict !== 'fail',
    };
    const output = await ctx.databases.use(target, options, async (session) => {
      const work = async () => {
        const isList = await listColumns(session, schema, table, names, rows);
        return await insertAll(ctx, session, {
          into: quoteTable(schema, table, target.kind),
          names,
          rows,
          onConflict,
          keys,
          isList,
        });
      };
      if (once) return await exactlyOnce(ctx, session, onceKey, work);
      await session.begin();
      const done = await work();
      await session.commit();
      return { ...done, repeated: false };
    });
    return { output };
  },
});

/** PostgreSQL has arrays and JSON; a list goes into each in another form. */
async function listColumns(
  session: DatabaseSession,
  schema: string,
  table: string,
  names: readonly string[],
  rows: readonly Record<string, unknown>[],
): Promise<ReadonlySet<string>> {
  const hasLists = session.kind === 'postgres' && rows.some((row) => names.some((name) => Array.isArray(row[name])));
  if (!hasLists) return new Set();
  const columns = await readColumns(session, schema, table);
  return new Set(columns.filter(({ type }) => type.endsWith('[]')).map(({ name }) => name));
}

interface Insert {
  into: string;
  names: readonly string[];
  rows: readonly Record<string, unknown>[];
  onConflict: OnConflict;
  keys: readonly string[];
  isList: ReadonlySet<string>;
}

async function insertAll(ctx: NodeContext, session: DatabaseSession, insert: Insert) {
  const { into, names, rows, isList } = insert;
  const size = Math.max(1, Math.min(maxBatch, Math.floor(maxValues / names.length)));
  const end = conflictClause(insert, session.kind);
  let affected = 0;
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    const values = part.flatMap((row) => names.map((name) => valueOf(row[name], isList.has(name))));
    const marks = part.map(
      (_row, i) => `(${names.map((_name, j) => mark(session.kind, i * names.length + j + 1)).join(', ')})`,
    );
    const list = names.map((name) => quoteName(name, session.kind)).join(', ');
    const result = await session.run(`insert into ${into} (${list}) values ${marks.join(', ')}${end}`, values);
    affected += result.affected;
    ctx.progress(Math.min(1, (from + size) / rows.length), `${from + part.length} rows`);
  }
  return { rows: rows.length, affected };
}

function mark(kind: DatabaseKind, n: number): string {
  return kind === 'postgres' ? `$${n}` : '?';
}

function valueOf(value: unknown, isList: boolean): unknown {
  if (value === undefined) return null;
  return Array.isArray(value) && !isList ? JSON.stringify(value) : value;
}

function conflictClause({ names, onConflict, keys }: Insert, kind: DatabaseKind): string {
  if (onConflict === 'fail') return '';
  const quoted = keys.map((key) => quoteName(key, kind));
  const others = names.filter((name) => !keys.includes(name)).map((name) => quoteName(name, kind));
  const changes = onConflict === 'update' && others.length > 0;
  if (kind === 'mysql') {
    const sets = changes
      ? others.map((name) => `${name} = values(${name})`)
      : quoted.map((name) => `${name} = ${name}`);
    return ` on duplicate key update ${sets.join(', ')}`;
  }
  const then = changes ? `update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}` : 'nothing';
  return ` on conflict (${quoted.join(', ')}) do ${then}`;
}
