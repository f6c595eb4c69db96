export interface TableCells {
  cells: string[][];
  firstRowIsHeader: boolean;
}

/** Runs in the page, so it uses nothing but its arguments. Cells that span several columns are repeated in each. */
export function readTableCells(element: Element, maxRows: number): TableCells | null {
  const table = element.matches('table') ? element : element.querySelector('table');
  if (!(table instanceof HTMLTableElement)) return null;
  const rows = [...table.rows].slice(0, maxRows);
  const cells = rows.map((row) =>
    [...row.cells].flatMap((cell) => {
      const text = cell.innerText.replaceAll(/\s+/g, ' ').trim();
      return Array.from({ length: Math.min(cell.colSpan, 100) }, () => text);
    }),
  );
  const first = rows[0];
  const firstRowIsHeader =
    first !== undefined &&
    (first.parentElement?.tagName === 'THEAD' || [...first.cells].every((cell) => cell.tagName === 'TH'));
  return { cells, firstRowIsHeader };
}
