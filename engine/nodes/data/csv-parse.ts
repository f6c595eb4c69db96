import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { csvReadFields, csvRows } from '../../formats/csv-fields.ts';
import { readCsvText } from '../../formats/csv-read.ts';

export const csvParse = defineNode({
  type: 'data.csvParse',
  version: 1,
  title: 'Read CSV text',
  category: 'data',
  icon: 'table',
  description: 'Turns CSV text, such as an answer of a server, into a table.',
  synonyms: ['comma separated', 'tsv', 'parse csv'],
  params: z.strictObject({
    text: z
      .string()
      .max(64 * 1024 * 1024)
      .meta({ title: 'CSV text', 'x-widget': 'textarea' }),
    ...csvReadFields,
  }),
  output: csvRows,
  effect: 'pure',
  examples: [{ title: 'Two rows', params: { text: 'id;name\n1;Ada\n2;Alan' } }],
  run: async (ctx, { text, ...options }) => ({ output: await readCsvText(text, 'The text', options, ctx.signal) }),
});
