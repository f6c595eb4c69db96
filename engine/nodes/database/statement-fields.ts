import { AppError } from '@casare/shared';
import { z } from 'zod';

const sqlHelp = 'Values stand in it as :name, names of tables and columns as :"name". Nothing else is put into it.';

export const sqlField = (title: string, placeholder: string) =>
  z.string().max(1_000_000).meta({ title, description: sqlHelp, placeholder, 'x-widget': 'code', 'x-raw': true });

export const sqlTextField = z.string().max(1_000_000).default('').meta({
  title: 'Statement from the workflow',
  description: 'In place of the SQL above, e.g. read from a file. Never build values into it.',
  'x-advanced': true,
});

export const parametersField = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown()).max(65_535)])
  .default({})
  .meta({
    title: 'Values',
    description: 'By name for :name; or a list for the marks of the server ($1 or ?).',
    placeholder: '{ "id": 7 }',
    'x-widget': 'json',
  });

export function statementOf(sql: string, sqlText: string): string {
  const statement = sqlText === '' ? sql : sqlText;
  if (statement.trim() === '') throw new AppError('PARAMS_INVALID', 'There is no statement. Write one.');
  return statement;
}

export function toRows({ columns, rows }: { columns: string[]; rows: unknown[][] }): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
}
