import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
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
    delimiter: z.enum(['auto', ',', ';', 'tab', '|']).default('auto').meta({ title: 'Separator' }),
    hasHeader: z.boolean().default(true).meta({ title: 'First line holds the column names' }),
    typed: z.boolean().default(false).meta({ title: 'Turn numbers into values' }),
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
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.unknown())),
    columns: z.array(z.string()),
    count: z.int(),
    delimiter: z.string(),
  }),
  effect: 'pure',
  examples: [{ title: 'Two rows', params: { text: 'id;name\n1;Ada\n2;Alan' } }],
  run: async (ctx, { text, ...options }) => ({ output: await readCsvText(text, 'The text', options, ctx.signal) }),
});
