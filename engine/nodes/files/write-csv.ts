import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { csvLine, csvText } from '../../formats/csv-text.ts';
import { type Encoding, encodeText, writeEncodingField } from './encodings.ts';
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
    const names = columns.length > 0 ? columns : namesOf(rows);
    const sign = delimiter === 'tab' ? '\t' : delimiter;
    const bytes = encodeParts(linesOf(), encoding);
    const written = await ctx.files.write(path, bytes, { overwrite, signal: ctx.signal });
    return { output: { ...written, rows: rows.length, columns: names } };

    function* linesOf(): Generator<string> {
      if (header && names.length > 0) yield csvText(csvLine(names, sign, guardFormulas), lineEnd);
      for (const row of rows) {
        const cells = names.map((name) => (Object.hasOwn(row, name) ? row[name] : ''));
        yield csvText(csvLine(cells, sign, guardFormulas), lineEnd);
      }
    }
  },
});

function namesOf(rows: readonly Record<string, unknown>[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

/** In parts of some thousand lines: a large table never stands in memory as one text. */
async function* encodeParts(lines: Iterable<string>, encoding: Encoding): AsyncGenerator<Uint8Array, void> {
  let part = '';
  let isFirst = true;
  for (const line of lines) {
    part += line;
    if (part.length < 262_144) continue;
    yield encodeText(part, encoding, isFirst);
    await breathe();
    part = '';
    isFirst = false;
  }
  yield encodeText(part, encoding, isFirst);
}
