import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { encodeText, writeEncodingField } from './encodings.ts';
import { fileField, overwriteField } from './path-field.ts';

export const writeCsv = defineNode({
  type: 'files.writeCsv',
  version: 1,
  title: 'Write CSV',
  category: 'files',
  icon: 'sheet',
  description: 'Writes a table into a CSV file that spreadsheets open safely.',
  synonyms: ['table', 'excel', 'comma separated', 'tsv', 'export'],
  params: z.strictObject({
    path: fileField('File', 'output/orders.csv'),
    rows: z
      .array(z.record(z.string(), z.unknown()))
      .max(1_000_000)
      .meta({ title: 'Rows', 'x-widget': 'json', placeholder: '${steps.read.output.rows}' }),
    columns: z
      .array(z.string().max(500))
      .max(2000)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: all, as they come.', 'x-widget': 'list' }),
    delimiter: z.enum([',', ';', 'tab', '|']).default(',').meta({ title: 'Separator' }),
    header: z.boolean().default(true).meta({ title: 'Write the column names' }),
    guardFormulas: z.boolean().default(true).meta({
      title: 'Make formulas harmless',
      description: "Texts that begin with = + - @ get a ' before them, so that no spreadsheet runs them.",
      'x-advanced': true,
    }),
    lineEnd: z.enum(['lf', 'crlf']).default('lf').meta({ title: 'Line ends', 'x-advanced': true }),
    overwrite: overwriteField(true),
    encoding: writeEncodingField,
  }),
  output: z.object({ path: z.string(), size: z.int(), rows: z.int(), columns: z.array(z.string()) }),
  effect: 'once',
  effectOf: ({ overwrite }) => (overwrite ? 'idempotent' : 'once'),
  examples: [{ title: 'Two rows', params: { path: 'output/people.csv', rows: [{ name: 'Ada' }, { name: 'Alan' }] } }],
  async run(ctx, { path, rows, columns, delimiter, header, guardFormulas, lineEnd, overwrite, encoding }) {
    const names = columns.length > 0 ? columns : [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const sign = delimiter === 'tab' ? '\t' : delimiter;
    const line = (values: readonly unknown[]) => values.map((value) => cell(value, sign, guardFormulas)).join(sign);
    const lines = rows.map((row) => line(names.map((name) => (Object.hasOwn(row, name) ? row[name] : ''))));
    if (header && names.length > 0) lines.unshift(line(names));
    const end = lineEnd === 'crlf' ? '\r\n' : '\n';
    const bytes = encodeText(lines.map((text) => text + end).join(''), encoding);
    const written = await ctx.files.write(path, bytes, { overwrite, signal: ctx.signal });
    return { output: { ...written, rows: rows.length, columns: names } };
  },
});

function cell(value: unknown, sign: string, guardFormulas: boolean): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  // A negative number is a number and no formula.
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);
  const safe = guardFormulas && isFormula ? `'${text}` : text;
  return safe.includes(sign) || /["\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
