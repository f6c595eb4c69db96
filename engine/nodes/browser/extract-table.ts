import { z } from 'zod';
import { AppError } from '@casare/shared';
import { defineBrowserNode } from './define-browser-node.ts';
import { readTableCells } from './read-table.ts';
import { nextPageParams, readPages } from './next-page.ts';
import { elementOptions, targetParams, targetText } from './target.ts';

export const extractTable = defineBrowserNode({
  type: 'browser.extractTable',
  version: 1,
  title: 'Read table',
  icon: 'table',
  description: 'Reads a table of the page as a list of rows, one object per row with the column titles as names.',
  synonyms: ['scrape table', 'data table', 'html table', 'grid'],
  params: z.strictObject({
    ...targetParams,
    header: z
      .enum(['auto', 'firstRow', 'none'])
      .default('auto')
      .meta({ title: 'Column titles', description: 'None: the columns are called column1, column2 …' }),
    maxRows: z.int().min(1).max(100_000).default(10_000).meta({ title: 'Rows at most', 'x-advanced': true }),
    ...nextPageParams,
    ...elementOptions,
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.string())),
    columns: z.array(z.string()),
    count: z.int(),
    pages: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'The only table', params: { target: 'table' } }],
  async run(step, params) {
    const table = await step.element(params);
    let columns: string[] = [];
    const readOne = async () => {
      const read = await table.evaluate(readTableCells, params.maxRows + 1, step.wait);
      if (!read) {
        const selector = targetText(params.target);
        throw new AppError('NODE_FAILED', `"${selector}" is not a table and holds none.`, { details: { selector } });
      }
      const titled = params.header === 'firstRow' || (params.header === 'auto' && read.firstRowIsHeader);
      if (columns.length === 0) columns = columnNames(read.cells, titled);
      return (titled ? read.cells.slice(1) : read.cells).map((cells) =>
        Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])),
      );
    };
    const { rows, pages } = await readPages(step, params, readOne, params.maxRows);
    return { output: { rows, columns, count: rows.length, pages } };
  },
});

/** One name per column, each of them once; `__proto__` and its like never become a name. */
function columnNames(cells: readonly string[][], titled: boolean): string[] {
  const width = Math.max(0, ...cells.map((row) => row.length));
  const names: string[] = [];
  for (let i = 0; i < width; i++) {
    const title = titled ? (cells[0]?.[i] ?? '').slice(0, 200) : '';
    const usable = title === '' || title in Object.prototype ? `column${i + 1}` : title;
    let name = usable;
    for (let n = 2; names.includes(name); n++) name = `${usable} ${n}`;
    names.push(name);
  }
  return names;
}
