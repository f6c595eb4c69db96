import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { acceptLossField, fileField, passwordField, sheetField } from './fields.ts';
import { loadWorkbook, optionsOf, tellLosses } from './files.ts';

const color = z.string().regex(/^#?[0-9a-fA-F]{6}$/, 'a colour like #FFCC00');
const keep = ['keep', 'yes', 'no'] as const;
const chosen = (value: (typeof keep)[number]) => (value === 'keep' ? undefined : value === 'yes');

export const excelFormat = defineNode({
  type: 'excel.format',
  version: 1,
  title: 'Format Excel cells',
  category: 'documents',
  icon: 'wand',
  description:
    'Changes the look of a range: font, colours, number format, borders, widths. The rest of each cell stays.',
  synonyms: ['bold', 'colour', 'style', 'border', 'number format', 'column width', 'xlsx'],
  params: z.strictObject({
    path: fileField('Workbook', 'output/orders.xlsx'),
    sheet: sheetField,
    range: z
      .string()
      .min(1)
      .max(300)
      .meta({ title: 'Range', placeholder: 'A1:E1', description: 'Cells, columns (A:C), a table or a name.' }),
    bold: z.enum(keep).default('keep').meta({ title: 'Bold' }),
    italic: z.enum(keep).default('keep').meta({ title: 'Italic', 'x-advanced': true }),
    underline: z.enum(keep).default('keep').meta({ title: 'Underlined', 'x-advanced': true }),
    wrap: z.enum(keep).default('keep').meta({ title: 'Wrap text', 'x-advanced': true }),
    fill: color.optional().meta({ title: 'Background', placeholder: '#FFFF00' }),
    fontColor: color.optional().meta({ title: 'Text colour', placeholder: '#C00000' }),
    fontSize: z.number().min(1).max(409).optional().meta({ title: 'Text size', unit: 'pt', 'x-advanced': true }),
    numberFormat: z.string().max(200).optional().meta({ title: 'Number format', placeholder: '#,##0.00' }),
    align: z.enum(['left', 'center', 'right']).optional().meta({ title: 'Align' }),
    border: z.enum(['none', 'thin', 'medium', 'thick']).optional().meta({ title: 'Border' }),
    columnWidth: z.number().min(0).max(255).optional().meta({ title: 'Column width', unit: 'characters' }),
    rowHeight: z.number().min(0).max(409).optional().meta({ title: 'Row height', unit: 'pt', 'x-advanced': true }),
    acceptLoss: acceptLossField,
    password: passwordField,
  }),
  output: z.object({ path: z.string(), sheet: z.string(), range: z.string(), cells: z.int() }),
  effect: 'idempotent',
  examples: [
    { title: 'A header', params: { path: 'output/orders.xlsx', range: 'A1:E1', bold: 'yes', fill: '#DDEBF7' } },
  ],
  async run(ctx, { path, password, sheet, range, acceptLoss, bold, italic, underline, wrap, ...look }) {
    const source = await loadWorkbook(ctx, path, password);
    const style = {
      ...look,
      bold: chosen(bold),
      italic: chosen(italic),
      underline: chosen(underline),
      wrap: chosen(wrap),
    };
    const { bytes, lost, ...output } = await ctx.documents.run(
      'formatExcel',
      { source, sheet, range, style, acceptLoss },
      optionsOf(ctx),
    );
    tellLosses(ctx, path, lost);
    const written = await ctx.files.write(path, bytes, { overwrite: true, signal: ctx.signal });
    return { output: { path: written.path, ...output } };
  },
});
