import { z } from 'zod';

/** Parameters of every step that reads CSV. */
export const csvReadFields = {
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
};

/** What it gives. */
export const csvRows = z.object({
  rows: z.array(z.record(z.string(), z.unknown())),
  columns: z.array(z.string()),
  count: z.int(),
  delimiter: z.string(),
});
