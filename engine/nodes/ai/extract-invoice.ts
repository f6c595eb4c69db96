import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { extractData, extractionFields, reviewOf, reviewSchema } from './extraction.ts';
import { fieldsParam, schemaOf } from './field-list.ts';
import { invoiceFaults, type Invoice, invoiceSchema } from './invoice.ts';
import { modelFields } from './model-fields.ts';
import { sourceFields } from './source.ts';

const required = ['vendorName', 'invoiceNumber', 'invoiceDate', 'totalAmount', 'currency'];

export const extractInvoice = defineNode({
  type: 'ai.extractInvoice',
  version: 1,
  title: 'Read invoice with AI',
  category: 'ai',
  icon: 'receipt',
  description:
    'Reads vendor, number, dates, amounts and lines of an invoice or receipt and checks that the sums are right.',
  synonyms: ['bill', 'receipt', 'accounts payable', 'document', 'extract invoice'],
  params: z.strictObject({
    ...sourceFields,
    moreFields: fieldsParam.meta({
      title: 'Further fields',
      description: 'What else to take out.',
      'x-widget': 'list',
    }),
    ...extractionFields,
    ...modelFields,
  }),
  output: z.object({
    invoice: invoiceSchema,
    more: z.record(z.string(), z.unknown()),
    /** Sums and dates that do not fit together. */
    faults: z.array(z.string()),
    ...reviewSchema,
  }),
  effect: 'idempotent',
  examples: [
    { title: 'A scan', params: { model: 'gpt-4.1-mini', apiKey: '${vars.aiKey}', files: ['input/invoice.png'] } },
  ],
  async run(ctx, params) {
    const { text, files, moreFields, hint, repairs, minConfidence } = params;
    const schema = z.strictObject({ invoice: invoiceSchema, more: schemaOf(moreFields) });
    const extracted = await extractData(ctx, params, {
      text,
      files,
      task: 'Read this invoice or receipt.',
      hint,
      schema,
      names: [...Object.keys(invoiceSchema.shape), ...moreFields.map(({ name }) => name)],
      repairs,
    });
    const { invoice, more } = extracted.data;
    const faults = invoiceFaults(invoice);
    const flat: Invoice & Record<string, unknown> = { ...more, ...invoice };
    const needed = [...required, ...moreFields.flatMap((field) => (field.required ? [field.name] : []))];
    const review = reviewOf({ ...extracted, data: flat }, needed, minConfidence);
    return { output: { invoice, more, faults, ...review, needsReview: review.needsReview || faults.length > 0 } };
  },
});
