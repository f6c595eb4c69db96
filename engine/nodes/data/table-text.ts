import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { csvLine, csvText } from '../../formats/csv-text.ts';
import { asText } from './paths.ts';
import { fieldSchema, type Row } from './rows.ts';
import { rowsField } from './rows-field.ts';
import { columnsOf } from './table-columns.ts';

export const tableText = defineNode({
  type: 'data.tableText',
  version: 1,
  title: 'Table as text',
  category: 'data',
  icon: 'table-properties',
  description: 'Writes a table as HTML for a mail, as Markdown, as CSV or as plain text in columns.',
  synonyms: ['html table', 'markdown', 'csv text', 'mail body', 'report', 'data table'],
  params: z.strictObject({
    rows: rowsField(),
    format: z.enum(['html', 'markdown', 'csv', 'plain']).default('html').meta({ title: 'As' }),
    columns: z
      .array(fieldSchema)
      .max(2000)
      .default([])
      .meta({ title: 'Columns', description: 'Empty: all.', 'x-widget': 'list' }),
    delimiter: z
      .enum([',', ';', 'tab', '|'])
      .default(',')
      .meta({ title: 'Separator', 'x-show-if': { format: ['csv'] } }),
    guardFormulas: z
      .boolean()
      .default(true)
      .meta({ title: 'Make formulas harmless', 'x-show-if': { format: ['csv'] }, 'x-advanced': true }),
  }),
  output: z.object({ text: z.string(), count: z.int() }),
  effect: 'pure',
  examples: [{ title: 'For a mail', params: { rows: [{ item: 'Pen', price: 1.5 }] } }],
  run(_ctx, { rows, format, columns, delimiter, guardFormulas }) {
    const names = columns.length > 0 ? columns : columnsOf(rows);
    const cells = (row: Row) => names.map((name) => (Object.hasOwn(row, name) ? row[name] : null));
    const sign = delimiter === 'tab' ? '\t' : delimiter;
    const write = {
      html: () => html(names, rows.map(cells)),
      markdown: () => markdown(names, rows.map(cells)),
      plain: () => plain(names, rows.map(cells)),
      csv: () => [names, ...rows.map(cells)].map((line) => csvText(csvLine(line, sign, guardFormulas), 'lf')).join(''),
    };
    return { output: { text: write[format](), count: rows.length } };
  },
});

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** Styles stand in each cell: mail programs read no style sheets. */
function html(names: readonly string[], lines: readonly unknown[][]): string {
  const style = 'border:1px solid #bbb;padding:4px 8px';
  const cell = (tag: 'th' | 'td', value: unknown) => {
    const align = typeof value === 'number' ? ';text-align:right' : tag === 'th' ? ';text-align:left' : '';
    return `<${tag} style="${style}${align}">${escapeHtml(asText(value)).replaceAll(/\r\n|\r|\n/g, '<br>')}</${tag}>`;
  };
  const head = `<tr>${names.map((name) => cell('th', name)).join('')}</tr>`;
  const body = lines.map((line) => `<tr>${line.map((value) => cell('td', value)).join('')}</tr>`).join('\n');
  return `<table style="border-collapse:collapse">\n<thead>${head}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function markdown(names: readonly string[], lines: readonly unknown[][]): string {
  const cell = (value: unknown) =>
    asText(value)
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|')
      .replaceAll(/\r\n|\r|\n/g, '<br>');
  const row = (values: readonly unknown[]) => `| ${values.map(cell).join(' | ')} |`;
  const isNumeric = names.map((_name, i) => lines.length > 0 && lines.every((line) => typeof line[i] === 'number'));
  return [
    row(names),
    `| ${isNumeric.map((numeric) => (numeric ? '---:' : '---')).join(' | ')} |`,
    ...lines.map(row),
  ].join('\n');
}

function plain(names: readonly string[], lines: readonly unknown[][]): string {
  const texts = [names, ...lines].map((line) => line.map((value) => asText(value).replaceAll(/\s+/g, ' ')));
  const widths = names.map((_name, i) =>
    texts.reduce((widest, line) => Math.max(widest, [...(line[i] ?? '')].length), 0),
  );
  return texts
    .map((line, r) =>
      line
        .map((text, i) => {
          const space = ' '.repeat((widths[i] ?? 0) - [...text].length);
          return r > 0 && typeof lines[r - 1]?.[i] === 'number' ? space + text : text + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
