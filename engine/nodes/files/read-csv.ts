import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { csvReadFields, csvRows } from '../../formats/csv-fields.ts';
import { readCsvText } from '../../formats/csv-read.ts';
import { readEncodingField } from './encodings.ts';
import { fileField } from './path-field.ts';
import { readText } from './read-bytes.ts';

export const readCsv = defineNode({
  type: 'files.readCsv',
  version: 1,
  title: 'Read CSV',
  category: 'files',
  icon: 'file-spreadsheet',
  description: 'Reads a CSV file as a table. The separator is found by itself.',
  synonyms: ['table', 'excel', 'comma separated', 'tsv', 'import'],
  params: z.strictObject({
    path: fileField('File', 'input/orders.csv'),
    ...csvReadFields,
    encoding: readEncodingField,
  }),
  output: csvRows,
  effect: 'idempotent',
  examples: [{ title: 'Orders', params: { path: 'input/orders.csv', typed: true } }],
  async run(ctx, { path, encoding, ...options }) {
    const text = await readText(ctx, path, encoding, 256 * 1024 * 1024);
    return { output: await readCsvText(text, `"${path}"`, { ...options, path }, ctx.signal) };
  },
});
