import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
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
    delimiter: z.enum(['auto', ',', ';', 'tab', '|']).default('auto').meta({ title: 'Separator' }),
    hasHeader: z.boolean().default(true).meta({ title: 'First line holds the column names' }),
    typed: z
      .boolean()
      .default(false)
      .meta({ title: 'Turn numbers into values', description: 'Numbers with leading zeros stay text.' }),
    skipLines: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .meta({ title: 'Leave out first', unit: 'lines', 'x-advanced': true }),
    maxRows: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1_000_000)
      .meta({ title: 'At most', unit: 'rows', 'x-advanced': true }),
    encoding: readEncodingField,
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.unknown())),
    columns: z.array(z.string()),
    count: z.int(),
    delimiter: z.string(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Orders', params: { path: 'input/orders.csv', typed: true } }],
  async run(ctx, { path, encoding, ...options }) {
    const text = await readText(ctx, path, encoding, 256 * 1024 * 1024);
    return { output: await readCsvText(text, `"${path}"`, { ...options, path }, ctx.signal) };
  },
});
