import type { DocumentHooks } from '../documents/hooks.ts';
import { nameColumns, toRecords } from '../column-names.ts';
import { parsePages } from '../page-list.ts';
import { readLines, type TextLine, type TextPiece } from './lines.ts';
import { type PdfSource, withPdf } from './open-pdf.ts';

export interface PdfTablesInput extends PdfSource {
  pages: string;
  header: boolean;
  minRows: number;
  minColumns: number;
  /** Tables of following pages with the same columns become one. */
  joinPages: boolean;
}

interface FoundTable {
  page: number;
  /** Where it goes on to. */
  lastPage: number;
  cells: string[][];
}

interface Column {
  left: number;
  right: number;
}

export async function readPdfTables(input: PdfTablesInput, { progress }: DocumentHooks) {
  return await withPdf(input, async (document) => {
    const wanted = parsePages(input.pages, document.numPages);
    const found: FoundTable[] = [];
    for (const [i, number] of wanted.entries()) {
      const page = await document.getPage(number);
      const tables = findTables(await readLines(page), input);
      page.cleanup();
      for (const [j, cells] of tables.entries()) {
        const before = found.at(-1);
        if (
          input.joinPages &&
          j === 0 &&
          before &&
          before.lastPage === number - 1 &&
          before.cells[0]?.length === cells[0]?.length
        )
          joinTo(before, cells, number);
        else found.push({ page: number, lastPage: number, cells });
      }
      progress((i + 1) / wanted.length);
    }
    const tables = found.map(({ page, cells }) => {
      const width = cells[0]?.length ?? 0;
      const columns = nameColumns(input.header ? (cells[0] ?? []) : [], width);
      const data = input.header ? cells.slice(1) : cells;
      return { page, columns, rows: toRecords(columns, data), cells };
    });
    return { tables, count: tables.length };
  });
}

/** The header stands on every page; once is enough. */
function joinTo(before: FoundTable, cells: string[][], page: number): void {
  const isSameHeader = cells[0]?.every((text, i) => text === before.cells[0]?.[i]) === true;
  before.cells.push(...(isSameHeader ? cells.slice(1) : cells));
  before.lastPage = page;
}

/** Blocks of lines that have several pieces under each other. */
function findTables(lines: readonly TextLine[], { minRows, minColumns }: PdfTablesInput): string[][][] {
  const tables: string[][][] = [];
  for (const block of splitBlocks(lines)) {
    const columns = findColumns(block);
    if (columns.length < minColumns) continue;
    const rows = mergeContinued(block, columns);
    if (rows.length >= minRows) tables.push(rows);
  }
  return tables;
}

/** A line of one piece ends a block, unless it stands close below and within one of the columns: then it continues a cell. */
function splitBlocks(lines: readonly TextLine[]): TextLine[][] {
  const blocks: TextLine[][] = [];
  let block: TextLine[] = [];
  const end = () => {
    while (block.at(-1)?.pieces.length === 1) block.pop();
    if (block.length > 0) blocks.push(block);
    block = [];
  };
  for (const line of lines) {
    const before = block.at(-1);
    const gap = before ? line.top - before.top : 0;
    if (before && gap > Math.max(line.size, before.size) * 4) end();
    const isContinued =
      line.pieces.length === 1 && before !== undefined && gap < line.size * 1.6 && startsInside(line.pieces[0], block);
    if (line.pieces.length > 1 || isContinued) block.push(line);
    else end();
  }
  end();
  return blocks;
}

/** A continued cell begins where a cell that is not the first began. */
function startsInside(piece: TextPiece | undefined, block: readonly TextLine[]): boolean {
  if (piece === undefined) return false;
  return block.some(({ pieces, size }) => pieces.slice(1).some(({ left }) => Math.abs(left - piece.left) < size * 0.6));
}

/** From the lines with the usual number of pieces: pieces that overlap from line to line stand in one column. */
function findColumns(block: readonly TextLine[]): Column[] {
  const full = block.filter(({ pieces }) => pieces.length > 1);
  const counts = Map.groupBy(full, ({ pieces }) => pieces.length);
  const usual = [...counts].toSorted(([a, linesA], [b, linesB]) => linesB.length * b - linesA.length * a)[0]?.[1] ?? [];
  const columns: Column[] = [];
  for (const { left, right } of usual.flatMap(({ pieces }) => pieces).toSorted((a, b) => a.left - b.left)) {
    const last = columns.at(-1);
    if (last && left < last.right) last.right = Math.max(last.right, right);
    else columns.push({ left, right });
  }
  return columns;
}

function mergeContinued(block: readonly TextLine[], columns: readonly Column[]): string[][] {
  const rows: string[][] = [];
  let above: TextLine | undefined;
  for (const line of block) {
    const cells = columns.map(() => '');
    for (const piece of line.pieces) {
      const column = nearest(piece, columns);
      cells[column] = cells[column] === '' ? piece.text : `${cells[column]} ${piece.text}`;
    }
    const row = rows.at(-1);
    const isClose = above !== undefined && line.top - above.top < line.size * 1.6;
    if (row && isClose && cells[0] === '' && line.pieces.length < columns.length) {
      for (const [i, text] of cells.entries()) if (text !== '') row[i] = row[i] === '' ? text : `${row[i]} ${text}`;
    } else rows.push(cells);
    above = line;
  }
  return rows;
}

function nearest({ left, right }: TextPiece, columns: readonly Column[]): number {
  const overlap = (column: Column) => Math.min(right, column.right) - Math.max(left, column.left);
  return columns.reduce((best, column, i) => (overlap(column) > overlap(columns[best] as Column) ? i : best), 0);
}
