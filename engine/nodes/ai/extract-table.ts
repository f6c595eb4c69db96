import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { extractData, extractionFields, reviewSchema } from './extraction.ts';
import { modelFields } from './model-fields.ts';
import { sourceFields } from './source.ts';
import { missingIn } from './unconfirmed.ts';

const cell = z.union([z.string(), z.number(), z.null()]);
const tablesSchema = z.strictObject({
  tables: z.array(
    z.strictObject({ title: z.string().nullable(), columns: z.array(z.string()), rows: z.array(z.array(cell)) }),
  ),
});

export const extractTable = defineNode({
  type: 'ai.extractTable',
  version: 1,
  title: 'Read tables with AI',
  category: 'ai',
  icon: 'table-2',
  description: 'Reads the tables of a text or picture as rows.',
  synonyms: ['document', 'grid', 'rows', 'extract table', 'screenshot'],
  params: z.strictObject({ ...sourceFields, ...extractionFields, ...modelFields }),
  output: z.object({
    tables: z.array(
      z.object({
        title: z.string(),
        columns: z.array(z.string()),
        rows: z.array(z.record(z.string(), cell)),
        rowCount: z.int(),
      }),
    ),
    count: z.int(),
    confidence: reviewSchema.confidence,
    unconfirmed: z.array(z.string()),
    needsReview: z.boolean(),
    usage: reviewSchema.usage,
  }),
  effect: 'idempotent',
  examples: [
    { title: 'A picture', params: { model: 'gpt-4.1-mini', apiKey: '${vars.aiKey}', files: ['input/prices.png'] } },
  ],
  async run(ctx, params) {
    const { text, files, hint, repairs, minConfidence } = params;
    const { data, fieldConfidence, source, usage } = await extractData(ctx, params, {
      text,
      files,
      task: 'Read every table. Give each row as many cells as the table has columns.',
      hint,
      schema: tablesSchema.refine(
        ({ tables }) => tables.every(({ columns, rows }) => rows.every((row) => row.length === columns.length)),
        {
          message: 'every row must have as many cells as there are columns',
        },
      ),
      names: ['tables'],
      repairs,
    });
    const tables = data.tables.map(({ title, columns, rows }) => {
      const names = distinct(columns);
      return {
        title: title ?? '',
        columns: names,
        rows: rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))),
        rowCount: rows.length,
      };
    });
    const values = Object.fromEntries(data.tables.map(({ rows }, i) => [tables[i]?.title || `table ${i + 1}`, rows]));
    const unconfirmed = source.hasPictures ? [] : missingIn(source.text, values);
    const confidence = fieldConfidence['tables'] ?? 0;
    const needsReview = unconfirmed.length > 0 || confidence < minConfidence;
    return { output: { tables, count: tables.length, confidence, unconfirmed, needsReview, usage } };
  },
});

/** Columns of the same name, or without one, get a number. */
function distinct(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((given, i) => {
    const name = given.trim() || `column${i + 1}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name} ${before + 1}`;
  });
}
